import { phrases } from './phrases.ts';
import type { Vocabulary } from './vocabulary.ts';

/** What the business itself runs on. */
export const operations: readonly Vocabulary[] = [
  {
    category: 'software',
    medianAmount: 95,
    spread: 1.1,
    perMonth: 6,
    flow: 'out',
    recurring: true,
    merchants: phrases`AWS | Amazon Web Services | Google Cloud | Google Workspace | GSuite | Microsoft Azure | Microsoft 365 | MSFT Office | Adobe
      Adobe Creative Cloud | GitHub | GitLab | Atlassian | Jira | Slack | Zoom | Zoom.us | Notion | Figma | Canva | Dropbox | Box Inc
      Salesforce | Xero | Intuit QuickBooks | QuickBooks Online | FreshBooks | Sage | Zendesk | Intercom | Asana | Monday.com | Trello
      Airtable | Heroku | DigitalOcean | Linode | Cloudflare | Vercel | Netlify | Datadog | New Relic | Sentry | PagerDuty | Okta | 1Password
      LastPass | Docusign | Calendly | Loom | Miro | JetBrains | OpenAI | ChatGPT | Anthropic | Grammarly | Shopify Subscription
      Squarespace | Wix | GoDaddy | Namecheap | WordPress | SAP | Oracle | MongoDB Atlas | Snowflake | Elastic | Zapier | Twilio Sendgrid
      Freshdesk | Pipedrive | Bitwarden | Norton | McAfee | Hetzner | OVH | Ionos | Evernote | Autodesk | SolidWorks | Apple iCloud
      Apple.com/bill | Google One | Webflow | Linear App | Bitbucket | Postman | Algolia | Auth0 | Fastly | Render.com | Backblaze`,
    trades: phrases`Software | Cloud | SaaS | Hosting | Labs App | Systems Licence | Apps | Webhosting | Data Platform | Cybersecurity | .io | .ai`,
    memos: phrases`software subscription | saas subscription | monthly plan | cloud hosting | web hosting | domain renewal | domain name | server hosting
      licence renewal | software licence | license renewal | antivirus | cloud storage | crm subscription | accounting software
      design software | developer tools | api usage | seats for the team | annual subscription app | ssl certificate | backup service
      email hosting | password manager | video conferencing subscription | project management tool | app store subscription
      code hosting | monitoring service | erp licence | vpn subscription | cloud compute`,
  },
  {
    category: 'marketing',
    medianAmount: 420,
    spread: 1.1,
    perMonth: 2.5,
    flow: 'out',
    season: [0.85, 0.9, 1.05, 1, 1, 0.9, 0.8, 0.85, 1.1, 1.15, 1.35, 1.15],
    merchants: phrases`Google Ads | Google Adwords | Facebook Ads | Facebk Ads | Meta Platforms | Instagram Ads | LinkedIn Ads | Linkedin Marketing
      Twitter Ads | X Ads | TikTok Ads | Pinterest Ads | Snap Ads | Microsoft Advertising | Bing Ads | Amazon Advertising | Mailchimp | Hubspot
      Constant Contact | Klaviyo | Hootsuite | Buffer | SEMrush | Ahrefs | Moz | Taboola | Outbrain | Criteo | Yelp Ads | Vistaprint
      Moo Print | Fiverr | 99designs | Shutterstock | Getty Images | Unsplash | Clear Channel | JCDecaux | Lamar Advertising | iHeartMedia
      Spotify Ads | Reddit Ads | Quora Ads | Eventbrite Booth | Typeform | SurveyMonkey | Brandwatch | Sprout Social | Trustpilot
      Stickermule | 4imprint | Cision | PR Newswire | Capterra | G2 Crowd`,
    trades: phrases`Advertising | Marketing | Media | Creative Agency | Print Shop | Design Studio | PR Agency | Signs | Promotions | Branding
      Digital Agency | Exhibitions | Werbeagentur | Outdoor Media | Film Production`,
    memos: phrases`advertising | ad campaign | online ads | search ads | social media ads | sponsored posts | flyers | brochures | leaflets | banner printing
      business cards | trade fair booth | exhibition stand | newsletter tool | seo services | website redesign | promotional items
      branded mugs | radio spot | newspaper advert | billboard | logo design | photo shoot | product photography | video production
      sponsorship | influencer fee | press release | campaign for product launch | marketing agency retainer | job ad | merchandise
      content writing`,
  },
  {
    category: 'professional_services',
    medianAmount: 900,
    spread: 1.0,
    perMonth: 1.5,
    flow: 'out',
    season: [1.1, 1.1, 1.35, 1.2, 0.95, 0.95, 0.85, 0.8, 1, 1, 0.95, 1],
    merchants: phrases`Deloitte | PwC | PricewaterhouseCoopers | KPMG | Ernst & Young | EY | Grant Thornton | BDO | RSM | Baker Tilly | Accenture
      McKinsey | Bain | BCG | Capgemini | LegalZoom | Rocket Lawyer | Upwork | Toptal | Robert Half | Randstad | Adecco | Manpower
      Hays Recruitment | Michael Page | Korn Ferry | H&R Block | Mazars | Crowe | Clifford Chance | Linklaters | Baker McKenzie
      DLA Piper | Latham Watkins | Bench Accounting | Pilot.com | Indeed Hiring | Kforce | Gartner | Dun Bradstreet | Experian Business
      Creditreform | Companies House Agent | Stripe Atlas | Checkr | Freelancer.com`,
    trades: phrases`Law Firm | Law Offices | Solicitors | Attorneys | LLP | CPA | Accountants | Tax Advisors | Consulting | Consultants | Notary
      Bookkeeping | Architects | Engineers | Surveyors | Recruitment | Staffing | Steuerberater | Rechtsanwälte | Advisory | Auditors
      Translations | Interpreters | Chartered Accountants | Legal | HR Partners`,
    memos: phrases`legal fees | lawyer | attorney fees | accountant | accounting fees | audit fee | tax adviser | bookkeeping | consulting
      consultancy fee | consultant invoice | freelance developer | freelancer invoice | contractor | recruitment fee | headhunter
      notary fee | patent attorney | trademark filing advice | architect | translation | interpreter | background checks
      annual accounts preparation | due diligence | advisory retainer | coaching fee | legal advice contract review | temp staff agency
      expert opinion | payroll bureau fee | surveyor report`,
  },
  {
    category: 'shipping',
    medianAmount: 58,
    spread: 0.9,
    perMonth: 4,
    flow: 'out',
    season: [0.85, 0.85, 0.95, 0.95, 0.95, 0.95, 0.9, 0.9, 1, 1.1, 1.35, 1.4],
    merchants: phrases`FedEx | FedEx Express | UPS | UPS Store | USPS | USPS PO | US Postal Service | DHL | DHL Express | Royal Mail | Parcelforce | DPD | Hermes
      Evri | GLS | TNT | Purolator | Canada Post | Australia Post | Deutsche Post | La Poste | Chronopost | PostNL | Bpost | OnTrac | Stamps.com
      Pitney Bowes | Shippo | ShipStation | Sendcloud | Easyship | Maersk | Kuehne Nagel | DB Schenker | DSV | Flexport | XPO Logistics
      Old Dominion Freight | Yodel | City Sprint | InPost | Post Office Counter | Post Office | Packlink | Parcel2Go | Swiss Post | Lasership`,
    trades: phrases`Courier | Couriers | Freight | Logistics | Transport | Forwarding | Haulage | Express Delivery | Spedition | Mail Services
      Messenger | Cargo`,
    memos: phrases`postage | stamps | shipping costs | parcel | courier | express delivery | freight charges | customs clearance shipment
      mailing letters | return shipment | delivery charge | pallet delivery | container freight | shipping labels | registered mail
      air freight | sea freight | overnight package | post office | same day courier | carriage | parcels to customers | porto
      franking machine top up | warehouse to shop delivery | import delivery charge`,
  },
  {
    category: 'cost_of_goods',
    medianAmount: 1500,
    spread: 1.1,
    perMonth: 4,
    flow: 'out',
    season: [0.85, 0.9, 1, 1, 1, 0.95, 0.9, 0.95, 1.1, 1.2, 1.3, 0.95],
    merchants: phrases`Alibaba | AliExpress | Sysco | US Foods | Booker Wholesale | Makro | Metro Cash Carry | Costco Wholesale | Restaurant Depot | Brakes
      Bidfood | Ingram Micro | Tech Data | Arrow Electronics | Avnet | BASF | Dow Chemical | Sealed Air | Smurfit Kappa | DS Smith
      ArcelorMittal | Thyssenkrupp | McKesson | Cardinal Health | Faire Wholesale | Gordon Food Service | Performance Food | UNFI
      Fastenal | Global Industrial | Transgourmet | Edeka Grosshandel | Printful | Printify | Gildan | Cotton Traders Wholesale
      Jewson Timber | Saint Gobain | Univar | Brenntag | Westrock | International Paper | Foxconn | Flextronics`,
    trades: phrases`Wholesale | Suppliers | Trading Co | Imports | Manufacturing | Packaging | Textiles | Timber | Steel | Chemicals | Foods Wholesale
      Distribution | Components | Grosshandel | Produce | Bottling | Raw Materials | Plastics | Fabrics | Foundry | Mills | Farms`,
    memos: phrases`raw materials | goods for resale | inventory purchase | stock purchase | wholesale order | supplier invoice | packaging material
      product samples | production run | components order | stock replenishment | merchandise for resale | manufacturing costs
      subcontracted production | fabric order | timber order | steel sheets | ingredients | bulk order | purchase order goods
      cardboard boxes | bottles and labels | inventory restock | parts for assembly | finished goods supplier | spring collection stock
      contract manufacturer invoice | import goods`,
  },
  {
    category: 'bank_fees',
    medianAmount: 24,
    spread: 0.9,
    perMonth: 2.5,
    flow: 'out',
    recurring: true,
    merchants: phrases`Stripe Fees | PayPal Fee | Square Fees | Wise Fee | Worldpay | Adyen Fees | Sumup Fee | Zettle Fees | GoCardless Fee | Chase Service
      Wells Fargo Service | Bank of America | Citibank | HSBC | Barclays | Lloyds Bank | NatWest | Santander | Deutsche Bank | Commerzbank
      Sparkasse | BNP Paribas | Capital One | American Express | Amex Annual | Revolut Business | Mercury | Brex | Payoneer | Klarna Fees
      Global Payments | Elavon | First Data | Clover Fees | Monzo Business | Starling Bank | UBS | ING Bank | TD Bank | PNC Bank`,
    trades: phrases`Bank | Merchant Services | Card Services | Credit Union | Payments Processing | Savings Bank | Finance Charges`,
    memos: phrases`bank fee | bank charges | monthly account fee | service charge | monthly service fee | wire fee | wire transfer fee | overdraft fee
      overdraft interest | interest charged | loan interest | card fee | annual card fee | atm fee | foreign transaction fee
      currency conversion fee | processing fees | merchant fees | chargeback fee | returned payment fee | transaction fees | account maintenance
      nsf fee | late payment fee card | debit interest | commission on transfer | credit line fee | safe custody fee | Kontoführung
      fx margin | cash deposit fee`,
  },
  {
    category: 'taxes',
    medianAmount: 1900,
    spread: 1.0,
    perMonth: 1,
    flow: 'out',
    season: [1.3, 0.7, 1.2, 1.5, 0.7, 1.2, 0.9, 0.7, 1.2, 0.9, 0.7, 1.1],
    merchants: phrases`IRS | IRS USATaxPymt | Internal Revenue Service | HMRC | HMRC VAT | HM Revenue Customs | HMRC PAYE | Finanzamt | Bundeskasse
      EFTPS | Franchise Tax Board | CA EDD | NY State Tax Dept | Texas Comptroller | Florida Dept Revenue | State Tax Board | City Tax Collector
      County Treasurer | Canada Revenue Agency | ATO | Australian Taxation Office | DGFIP | Agencia Tributaria | Belastingdienst
      Agenzia Entrate | Skatteverket | Revenue Commissioners | Companies House | Secretary of State | Delaware Franchise Tax
      US Customs Border | Hauptzollamt | Dept of Labor | Council Business Rates | City Council Rates | Gemeindekasse`,
    trades: phrases`Tax Collector | County Tax Office | Dept of Revenue | Borough Council Rates | Town Tax | Customs Office | City Treasurer`,
    memos: phrases`vat payment | sales tax | income tax | corporation tax | corporate tax | payroll tax | estimated tax | quarterly estimated taxes
      property tax | business rates | tax payment | tax instalment | withholding tax | import duty | customs duty | franchise tax
      trade tax | Gewerbesteuer | Umsatzsteuer | business licence fee | annual filing fee | self assessment | gst payment | paye and nic
      tax penalty | excise duty | stamp duty | tax arrears | permit fee | road tax authority | city licence`,
  },
];
