import { phrases } from './phrases.ts';
import type { Vocabulary } from './vocabulary.ts';

/** The building and what runs through it. */
export const premises: readonly Vocabulary[] = [
  {
    category: 'rent',
    medianAmount: 3200,
    spread: 0.7,
    perMonth: 1,
    flow: 'out',
    recurring: true,
    merchants: phrases`WeWork | Regus | Industrious | Spaces | IWG | Knotel | Mindspace | Convene | Servcorp | Workbar | Public Storage
      CubeSmart | Extra Space Storage | Shurgard | Big Yellow Self Storage | Brookfield Properties | CBRE Rent | JLL Property
      Cushman Wakefield | Simon Property Group | Prologis | Boston Properties | Vornado Realty | Landsec | British Land
      Segro | Vonovia | Unibail Rodamco | Workspace Group | The Office Group | Colliers Lease | Savills Rent Account`,
    trades: phrases`Properties | Realty | Real Estate | Estates | Property Management | Holdings LLC Rent | Lettings | Immobilien
      Business Park | Business Centre | Plaza Leasing | Land Company | Property Trust | Coworking | Self Storage`,
    memos: phrases`office rent | monthly rent | rent payment | warehouse rent | shop rent | studio rent | office lease | lease payment
      ground rent | co-working desks | coworking membership | storage unit rent | parking space rental | landlord rent
      rent deposit | quarterly rent | commercial lease | meeting room rental | building lease | rent for the workshop
      retail unit rent | rent and service charge | sublease payment | facility lease | Miete Büro | loyer bureau`,
  },
  {
    category: 'utilities',
    medianAmount: 260,
    spread: 0.8,
    perMonth: 2.2,
    flow: 'out',
    recurring: true,
    season: [1.35, 1.3, 1.15, 1, 0.85, 0.85, 0.95, 0.95, 0.85, 0.9, 1.1, 1.3],
    merchants: phrases`Con Edison | PG&E | Pacific Gas Electric | Duke Energy | Southern California Edison | Dominion Energy | National Grid
      Xcel Energy | Florida Power Light | Entergy | Georgia Power | ComEd | PSEG | DTE Energy | Consumers Energy | Eversource
      British Gas | EDF Energy | E.ON | Octopus Energy | Scottish Power | Ovo Energy | Npower | Thames Water | Severn Trent Water
      Anglian Water | United Utilities | Yorkshire Water | Veolia | Suez | Vattenfall | EnBW | RWE | Engie | Enel | Iberdrola
      Waste Management | Republic Services | Biffa | American Water | City Water Dept | SSE Energy | Hydro One | Water Plus`,
    trades: phrases`Energy | Electric Coop | Power and Light | Gas Company | Water Utility | Waste Disposal | Municipal Utilities
      Heating Oil | Recycling Services | Public Works | Stadtwerke | Water Authority`,
    memos: phrases`electricity bill | electric bill | power bill | gas bill | water bill | heating bill | office electricity | utility bill
      water and sewer | sewerage charge | waste collection | garbage collection | recycling pickup | energy supply | natural gas
      propane delivery | heating oil delivery | district heating | electricity and gas | trade waste | bin collection
      utilities for the warehouse | kwh usage charge | Strom Abschlag | facture electricite | energy standing charge`,
  },
  {
    category: 'telecommunications',
    medianAmount: 140,
    spread: 0.7,
    perMonth: 2,
    flow: 'out',
    recurring: true,
    merchants: phrases`Verizon | Verizon Wireless | AT&T | T-Mobile | Comcast Business | Comcast Xfinity | Spectrum Business | Cox Communications
      CenturyLink | Lumen | Frontier Communications | Sprint | US Cellular | Vodafone | O2 | EE Limited | BT Business | British Telecom
      Virgin Media | TalkTalk | Sky Broadband | Three Mobile | Orange | Telefonica | Deutsche Telekom | Telekom | Swisscom | Telstra
      Rogers | Bell Canada | Telus | RingCentral | Vonage | 8x8 | Dialpad | Grasshopper | Twilio | Starlink | Giffgaff | Plusnet
      Optimum Business | Windstream | Zayo | Gigaclear | Level 3 | Ooma`,
    trades: phrases`Telecom | Broadband | Wireless | Communications | Fibre | Telephone Company | Networks Internet | Mobile Services`,
    memos: phrases`phone bill | mobile phone bill | cell phone plan | internet bill | office internet | broadband | fibre line | landline
      mobile contracts | sim cards | sim only plan | data plan | roaming charges | voip lines | phone system | leased line
      telephone and internet | staff mobiles | conference call service | toll free number | hotspot data | wifi service
      fixed line rental | telephone charges | business broadband | mobile top up | airtime`,
  },
  {
    category: 'maintenance',
    medianAmount: 280,
    spread: 0.9,
    perMonth: 1.8,
    flow: 'out',
    season: [0.9, 0.9, 1.1, 1.15, 1.1, 1.05, 1, 1, 1, 1, 0.95, 0.85],
    merchants: phrases`ServiceMaster | Jani-King | ABM Industries | Rentokil | Orkin | Terminix | Cintas | Roto-Rooter | Home Depot
      The Home Depot | Lowes | Ace Hardware | Screwfix | Toolstation | B&Q | Wickes | Travis Perkins | Jewson | Hornbach | Obi Baumarkt
      ISS Facility | Sodexo Facilities | Mitie | Merry Maids | Stanley Steemer | Johnson Controls Service | Otis Elevator
      Schindler Lift | Kone | ADT Security | Chubb Fire | Initial Hygiene | Ecolab | Trane Service | Carrier Service | Menards
      True Value Hardware | Leroy Merlin | Dyno Rod | Bauhaus`,
    trades: phrases`Plumbing | Electrical | Cleaning Services | Janitorial | Roofing | Landscaping | Locksmith | HVAC | Heating and Cooling
      Pest Control | Painting | Glaziers | Property Maintenance | Window Cleaning | Handyman | Lift Services | Drainage | Flooring
      Carpentry | Fire Protection | Building Services | Gebäudereinigung | Gardening | Builders | Decorators | Hardware Store`,
    memos: phrases`office cleaning | cleaning service | carpet cleaning | window cleaning | plumber | plumbing repair | electrician | roof repair
      air conditioning repair | hvac service | boiler service | lift maintenance | elevator service | pest control | lock change
      locksmith | gardening | snow removal | door repair | building repairs | repainting the office | light bulbs and fittings
      cleaning supplies | fire extinguisher inspection | alarm maintenance | broken window replacement | gutter cleaning
      maintenance contract | repair of heating | leak repair | hardware and paint`,
  },
  {
    category: 'insurance',
    medianAmount: 520,
    spread: 0.8,
    perMonth: 1.1,
    flow: 'out',
    recurring: true,
    merchants: phrases`State Farm | Geico | Progressive | Allstate | Liberty Mutual | Travelers | The Hartford | Hiscox | Chubb | AIG | Nationwide
      Zurich Insurance | Allianz | AXA | Aviva | Generali | Munich Re | Ergo | HDI | Direct Line | Admiral | LV Insurance | Bupa
      Vitality Health | Cigna | Aetna | UnitedHealthcare | Blue Cross Blue Shield | Humana | Kaiser Permanente | Next Insurance
      Embroker | Farmers Insurance | USAA | MetLife | Prudential | Guardian Life | Lloyds Syndicate | Markel | Simply Business
      Swiss Life | Helvetia | NFU Mutual | More Than Business | Thimble | AmTrust`,
    trades: phrases`Insurance | Insurance Agency | Insurance Brokers | Underwriters | Assurance | Mutual | Versicherung | Risk Services`,
    memos: phrases`insurance premium | liability insurance | business insurance | public liability | professional indemnity | cyber insurance
      property insurance | health insurance premium | workers compensation | employers liability | contents insurance
      fleet insurance | car insurance | policy renewal | key person insurance | directors and officers policy | insurance instalment
      group health plan | dental plan | life assurance | general liability policy | travel insurance policy | errors and omissions cover
      Haftpflichtversicherung | buildings cover`,
  },
  {
    category: 'equipment',
    medianAmount: 620,
    spread: 1.1,
    perMonth: 1.6,
    flow: 'out',
    season: [1, 0.9, 1.05, 1, 0.95, 1, 0.9, 0.9, 1.05, 1.05, 1.2, 1.3],
    merchants: phrases`Apple Store | Dell | Dell Technologies | Lenovo | HP Store | Best Buy | CDW | Newegg | Micro Center | B&H Photo | Insight
      Currys | Ebuyer | Scan Computers | Overclockers | Media Markt | Saturn | Cyberport | IKEA | IKEA Business | Herman Miller | Steelcase
      Wayfair Professional | Knoll | Vitra | Grainger | MSC Industrial | McMaster-Carr | Uline Equipment | Caterpillar | John Deere
      Bosch Professional | Makita | DeWalt | Hilti | Snap-on | Würth | RS Components | Farnell | Digi-Key | Mouser | Logitech | Samsung Electronics
      Canon | Epson | Brother | Argos Business | Costco Electronics | Sony Store | LG Electronics | Crutchfield | Harvey Norman`,
    trades: phrases`Computers | Machinery | Tools | Office Furniture | Electronics | Equipment Sales | Industrial Supply | Workwear and Tools
      Machine Works | Audio Visual | Catering Equipment | Laboratory Instruments | Hardware Systems`,
    memos: phrases`new laptop | laptops for the team | desktop computer | monitor | two monitors | office chairs | standing desk | desk and chair
      office furniture | printer | server | network switch | camera | projector | headset | keyboard and mouse | docking station
      tablet | power tools | drill | forklift | machine parts | coffee machine | air purifier | phone handsets | shelving | workbench
      tool kit | 3d printer | scanner | iphone for sales | macbook pro | usb hubs and cables | whiteboard | equipment lease
      refrigerator for the kitchen | lathe | generator`,
  },
  {
    category: 'office_supplies',
    medianAmount: 62,
    spread: 0.8,
    perMonth: 3,
    flow: 'out',
    season: [1.15, 1, 1, 1, 0.95, 0.95, 0.85, 1, 1.2, 1, 1, 0.9],
    merchants: phrases`Staples | Office Depot | OfficeMax | Viking Direct | Ryman | Paperchase | WHSmith | Quill | Lyreco | Euroffice | Rajapack
      Uline | Amazon Business | Amazon | AMZN Mktp | Amazon Marketplace | Avery | Banner | Bruneau | Otto Office | Schäfer Shop | Moleskine
      Muji | Poundland | Dollar Tree | Target | Walmart | Costco | Sams Club | Tesco Stationery | Smythson | Cartridge People
      Cartridge World | 123ink | Tonerpartner | Post-it Store | Pens.com | McGills Stationery | Cult Pens | Office Outlet`,
    trades: phrases`Stationery | Stationers | Office Products | Office Supply | Paper Company | Toner | Bürobedarf | Papeterie | Print Supplies`,
    memos: phrases`office supplies | stationery | printer paper | copy paper | toner | ink cartridges | pens and notebooks | envelopes | folders
      binders | post-its | sticky notes | staples and clips | whiteboard markers | labels | business cards paper | kitchen supplies
      paper towels | coffee pods for office | desk organisers | calendars | batteries | filing boxes | laminating pouches
      cleaning wipes for desks | name badges | a4 paper | notepads | rubber stamps | hole punch | diary`,
  },
];
