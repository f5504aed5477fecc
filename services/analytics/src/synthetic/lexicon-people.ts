import { phrases } from './phrases.ts';
import type { Vocabulary } from './vocabulary.ts';

/** What people cost, and where they go. */
export const people: readonly Vocabulary[] = [
  {
    category: 'payroll',
    medianAmount: 4200,
    spread: 0.8,
    perMonth: 3,
    flow: 'out',
    recurring: true,
    merchants: phrases`Gusto | Gusto Payroll | ADP | ADP Payroll | ADP Wage Pay | Paychex | Paycom | Paylocity | Rippling | Deel | Remote.com | Justworks
      TriNet | Zenefits | Ceridian | Workday Payroll | BambooHR Payroll | OnPay | Square Payroll | QuickBooks Payroll | Intuit Payroll
      Oyster HR | Papaya Global | Insperity | Namely | Patriot Payroll | SurePayroll | Sage Payroll | Nest Pensions | Fidelity 401k
      Vanguard 401k | Guideline 401k | Human Interest | Peoples Pension | AOK Beitrag | Techniker Krankenkasse Beitrag | Urssaf`,
    trades: phrases`Payroll | Payroll Services | Wages | Salaries | Pension Scheme | Lohn und Gehalt | Employee Benefits Trust`,
    memos: phrases`payroll | payroll run | salary | salaries | monthly salaries | wages | staff wages | net pay | salary payment | employee salary
      bonus payment | year end bonus | overtime pay | direct deposit payroll | payroll batch | biweekly payroll | semi-monthly payroll
      holiday pay | severance | pension contribution | 401k contribution | employer contributions | social security contributions
      commission to sales staff | intern stipend | freelancer payroll | Gehalt | Lohn | salaire | nomina | director salary
      part time wages | maternity pay | salary advance | staff expenses reimbursement`,
  },
  {
    category: 'travel',
    medianAmount: 190,
    spread: 1.0,
    perMonth: 5,
    flow: 'out',
    season: [0.8, 0.95, 1.1, 1.05, 1.1, 1.1, 0.85, 0.75, 1.2, 1.2, 1.05, 0.7],
    merchants: phrases`Delta Air Lines | Delta | United Airlines | American Airlines | Southwest Airlines | JetBlue | Alaska Airlines | Lufthansa | Ryanair
      EasyJet | British Airways | Air France | KLM | Emirates | Qatar Airways | Swiss Air Lines | Eurowings | Wizz Air | Air Canada | Qantas
      Marriott | Hilton | Hyatt | Holiday Inn | IHG | Hampton Inn | Sheraton | Westin | Best Western | Premier Inn | Travelodge | Ibis | Novotel
      Accor | Motel One | Airbnb | Booking.com | Expedia | Hotels.com | Kayak | Trainline | Amtrak | Deutsche Bahn | DB Vertrieb | SNCF | Eurostar
      Trenitalia | LNER | Avanti West Coast | National Express | Greyhound | Flixbus | Uber | Uber Trip | Lyft | Lyft Ride | Bolt | Cabify | Free Now
      Addison Lee | Curb Taxi | Yellow Cab | Hertz | Avis | Enterprise Rent-a-car | Sixt | Europcar | Budget Rent a Car | National Car Rental
      TfL Travel Charge | MTA Metrocard | Oyster | Heathrow Express | BVG | SBB | Concur Travel | TravelPerk | American Express Travel`,
    trades: phrases`Hotel | Inn | Hostel | Airlines | Taxi | Cabs | Travel Agency | Guest House | Resort | Car Hire | Railway | Suites | Ferries | Lodge
      Reisebüro | Airport Transfers | Minicabs`,
    memos: phrases`flight | flights to | airfare | plane tickets | hotel | hotel stay | accommodation | train ticket | train tickets | taxi | taxi to airport
      cab ride | uber ride | uber to client | rental car | car hire | airport transfer | airport parking | business trip | conference travel
      baggage fee | seat reservation | visa application fee | bus ticket | metro pass | travel to customer | lodging | per diem
      rail fare | subway tickets | two nights in | ferry crossing | mileage reimbursement | Bahnfahrt | team offsite accommodation`,
  },
  {
    category: 'meals',
    medianAmount: 38,
    spread: 0.8,
    perMonth: 8,
    flow: 'out',
    merchants: phrases`Starbucks | McDonalds | Subway | Chipotle | Panera Bread | Dunkin | Pret A Manger | Costa Coffee | Caffe Nero | Greggs | Nandos
      Pizza Hut | Dominos Pizza | Papa Johns | Chick-fil-A | Five Guys | Shake Shack | Wendys | Burger King | KFC | Taco Bell | Sweetgreen
      Olive Garden | Cheesecake Factory | Panda Express | Blue Bottle Coffee | Peets Coffee | Tim Hortons | Doordash | Uber Eats | Grubhub
      Deliveroo | Just Eat | Lieferando | Wolt | Seamless | Ezcater | Whole Foods | Trader Joes | Safeway | Kroger | Instacart
      Tesco Stores | Sainsburys | Waitrose | Marks Spencer Food | Asda | Aldi | Lidl | Rewe | Edeka | Carrefour | Wagamama | Itsu | Leon
      Vapiano | Le Pain Quotidien | Philz Coffee | Applebees | IHOP | Dennys | Outback Steakhouse | PF Changs | Jimmy Johns | Cosi
      Co-op Food | Morrisons | Spar | Publix | HelloFresh Business | Snacknation`,
    trades: phrases`Cafe | Coffee | Restaurant | Bistro | Grill | Deli | Bakery | Pizza | Sushi | Kitchen | Catering | Diner | Brasserie | Tavern | Bar and Grill
      Trattoria | Taqueria | Noodle House | Steakhouse | Thai | Tandoori | Burgers | Coffee Roasters | Bäckerei | Sandwich Shop | Curry House
      Tea Room | Osteria | Supermarket`,
    memos: phrases`lunch | team lunch | client lunch | business lunch | dinner with client | team dinner | coffee | coffee with client | breakfast meeting
      catering | catering for meeting | pizza for the team | food for workshop | snacks | office snacks | office fruit | drinks and snacks
      sandwiches | takeaway | food delivery | working lunch | groceries for office | milk and coffee | restaurant bill | meal with supplier
      meal during travel | catering for training day | cake for birthday | water and soft drinks | canteen | dinner after the fair`,
  },
  {
    category: 'training',
    medianAmount: 240,
    spread: 1.0,
    perMonth: 1.2,
    flow: 'out',
    season: [1.1, 1.1, 1.1, 1, 1.05, 0.95, 0.7, 0.7, 1.2, 1.2, 1.1, 0.7],
    merchants: phrases`Udemy | Coursera | LinkedIn Learning | Pluralsight | Skillshare | Codecademy | Datacamp | edX | Udacity | Masterclass | O'Reilly Media
      O'Reilly Online | Packt | Manning Publications | Khan Academy | General Assembly | Dale Carnegie | Franklin Covey | Toastmasters
      SHRM | PMI | Project Management Institute | CompTIA | Pearson VUE | Prometric | ISACA | ACCA | ICAEW | CIPD | Chartered Institute
      AWS Training | Red Hat Training | Scrum Alliance | Scrum.org | Babbel Business | Berlitz | Goethe Institut | Rosetta Stone
      Barnes Noble | Waterstones | Thalia | Foyles | Harvard Business Review | Kindle Books | Audible | Blinkist | TED Conferences
      QCon | Re:Invent Registration | Web Summit | IHK Akademie | British Council | Learning Tree | St John Ambulance`,
    trades: phrases`Academy | Training | Institute | University | College | Seminars | Language School | Bookshop | Books | Education | Learning
      Business School | Coaching Academy | Conference Registration | Akademie | Workshops | Summit`,
    memos: phrases`training | training course | online course | course fee | seminar | workshop fee | conference ticket | conference registration
      certification exam | exam fee | language course | first aid course | safety training | books | technical books | ebook
      leadership training | staff development | tuition | webinar | e-learning licence | professional membership | study materials
      apprenticeship fees | learning budget | journal subscription | bootcamp | driving theory for staff | Weiterbildung | trade magazine`,
  },
  {
    category: 'entertainment',
    medianAmount: 110,
    spread: 0.9,
    perMonth: 1.2,
    flow: 'out',
    season: [0.7, 0.8, 0.9, 0.9, 1, 1.2, 1.1, 0.9, 0.9, 0.9, 1.1, 2],
    merchants: phrases`Ticketmaster | Live Nation | StubHub | Seatgeek | AMC Theatres | Regal Cinemas | Odeon | Cineworld | Vue Cinema | Netflix | Spotify
      Hulu | Disney Plus | Topgolf | Dave and Busters | Bowlero | Hollywood Bowl | Escape Room Live | Madison Square Garden | O2 Arena | Wembley Stadium
      Royal Albert Hall | Broadway Direct | Eventim | Steam Games | Playstation Network | Nintendo | 1-800-Flowers | Interflora | Bloom Wild
      Edible Arrangements | Harry David | Hotel Chocolat | Godiva | Total Wine | Majestic Wine | BevMo | Laithwaites | Six Flags
      Disney Resort | Legoland | Brewdog | Flight Club | Puttshack | Swingers Golf | Lane7 | Sonos Radio | Fever Up | Alton Towers | Europa Park`,
    trades: phrases`Theatre | Cinema | Bowling | Golf Club | Karaoke | Event Venue | Comedy Club | Florist | Wine Merchants | Arcade | Escape Rooms
      Concert Hall | Stadium | Museum | Zoo | Brewery | Nightclub | Casino | Paintball | Go Karting | Gift Shop`,
    memos: phrases`team event | christmas party | summer party | company party | concert tickets | theatre tickets | football tickets | client gifts
      gift card | gift for employee | flowers | bottle of wine for client | bowling night | golf with client | escape room | team building
      entertainment | box seats | game tickets | farewell gift | birthday present | christmas hampers | karaoke night | cinema vouchers
      staff outing | anniversary celebration | band for the party | champagne | welcome gift | hospitality suite`,
  },
  {
    category: 'vehicle',
    medianAmount: 62,
    spread: 0.9,
    perMonth: 5,
    flow: 'out',
    merchants: phrases`Shell | Shell Oil | BP | BP Connect | Exxon | ExxonMobil | Esso | Chevron | Texaco | Mobil | Total Energies Station | TotalEnergies | Aral
      Jet Tankstelle | Q8 | Repsol | Circle K | 7-Eleven Fuel | Speedway | Sunoco | Valero | Citgo | Phillips 66 | Costco Gas | Tesco Petrol
      Sainsburys Petrol | Murco | Gulf | Tesla Supercharger | Chargepoint | Electrify America | EVgo | Ionity | Pod Point | Jiffy Lube | Valvoline
      Midas | Pep Boys | AutoZone | O'Reilly Auto Parts | Advance Auto Parts | Kwik Fit | Halfords | ATU | Euromaster | Michelin | Goodyear Tire
      Firestone | Discount Tire | NCP Car Park | RingGo | PayByPhone | JustPark | ParkMobile | SpotHero | EZ Pass | EZPass | SunPass | FasTrak
      Dartford Crossing | M6 Toll | TfL Congestion | Ford Credit | Toyota Financial | BMW Leasing | VW Leasing | LeasePlan | Arval | ALD Automotive
      DVLA Vehicle Tax | DMV | AA Breakdown | RAC Breakdown | ADAC | Allstar Fuel | WEX Fleet | Fuelman | Wawa Fuel | Indigo Parking`,
    trades: phrases`Garage | Motors | Auto Repair | Tyres | Tire Center | Car Wash | Petrol Station | Gas Station | Service Station | Body Shop | Truck Repair
      Auto Parts | Parking | Car Park | Fuel Stop | Truck Stop | Van Leasing | Autohaus | MOT Centre | Fuels | Filling Station`,
    memos: phrases`fuel | petrol | diesel | gas for company car | gasoline | car wash | oil change | tyres | new tires | car repair | van repair | car service
      mot test | vehicle inspection | parking | parking fee | parking permit | toll | toll road | congestion charge | car lease | van lease
      leasing rate company car | vehicle tax | road tax | ev charging | charging station | breakdown cover | windscreen repair | number plates
      fleet fuel card | brake pads | van servicing | truck maintenance | speeding fine | parking ticket | adblue | Tankstelle`,
  },
];
