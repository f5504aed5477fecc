import { phrases } from './phrases.ts';
import type { Vocabulary } from './vocabulary.ts';

/** Money that comes in, moves between own pockets, or fits nowhere. */
export const inflows: readonly Vocabulary[] = [
  {
    category: 'sales_income',
    medianAmount: 1800,
    spread: 1.1,
    perMonth: 9,
    flow: 'in',
    season: [0.85, 0.9, 1, 1, 1, 1, 0.9, 0.85, 1.05, 1.1, 1.2, 1.15],
    merchants: phrases`Stripe Payout | Stripe Transfer | PayPal Payout | PayPal Transfer In | Square Inc Deposit | Shopify Payout | Shopify Payments
      Amazon Seller Payout | Amzn Marketplace Payout | Etsy Payout | eBay Payout | Adyen Settlement | Worldpay Settlement | Klarna Payout
      Sumup Payout | Zettle Payout | GoCardless Payout | Mollie Settlement | Braintree Funding | Clover Deposit | Toast Deposit | Uber Eats Payout
      Doordash Payout | Airbnb Payout | Booking.com Payout | Upwork Payout | Merchant Bankcd Deposit | Authorize.net Settlement | App Store Proceeds
      Google Play Payout | Wix Payments Payout | Bill.com Receivable | Faire Payout | Walmart Marketplace Payout`,
    trades: phrases`Ltd | Inc | LLC | GmbH | Corp | Group | and Sons | Holdings | Partners | Industries | Company | Retail | Enterprises | AG | BV | SARL | plc`,
    memos: phrases`customer payment | payment received | invoice payment | invoice paid | payment for invoice | client payment | sales deposit | card sales
      daily takings | cash sales | deposit from customer | payment from | remittance | settlement of invoice | incoming wire customer
      project milestone payment | retainer received | subscription revenue | monthly retainer from client | web shop sales | pos deposit
      consulting fee received | ticket sales | royalty from licence | advance payment customer | order payment | Zahlungseingang
      payment against invoice | ach credit customer | cheque from customer`,
  },
  {
    category: 'other_income',
    medianAmount: 160,
    spread: 1.2,
    perMonth: 1,
    flow: 'in',
    merchants: phrases`IRS Treas Tax Refund | HMRC Repayment | US Treasury Refund | State Tax Refund | Finanzamt Erstattung | Innovate UK Grant | SBA Grant | EU Grant
      KfW Zuschuss | Interest Paid | Interest Credit | Savings Interest | Dividend Vanguard | Dividend Fidelity | Cashback Reward | Amex Cashback
      Chase Rewards | Capital One Cashback | Rakuten Cashback | Insurance Claim Allianz | Insurance Claim AXA | Energy Rebate | Amazon Refund
      Apple Refund | Airline Refund | Supplier Credit Note | Council Grant | Arts Council Grant | Employer Allowance Refund`,
    trades: phrases`Foundation Grant | Grant Office | Refunds Dept | Claims Settlement | Rebates | Interest Account`,
    memos: phrases`interest received | interest income | tax refund | vat refund | insurance payout | insurance claim settlement | refund | refund received
      rebate | cash back | cashback | dividend | grant | government grant | subsidy | compensation received | sale of old equipment
      sold company car | deposit returned | rent deposit returned | credit note refund | reimbursement received | prize money | donation received
      sublet income | scrap sales | supplier bonus | r&d tax credit | refund of overpayment | chargeback won`,
  },
  {
    category: 'transfer',
    medianAmount: 3000,
    spread: 1.1,
    perMonth: 1.5,
    flow: 'either',
    merchants: phrases`Online Transfer | Internal Transfer | Transfer to Savings | Transfer from Savings | Transfer to Checking | Transfer from Checking
      Savings Account | Own Account | Account Transfer | Wise Transfer | Revolut Top Up | Sweep Transfer | Book Transfer | Zelle Transfer Own
      Standing Order Savings | Credit Card Payment | Amex Payment Thank You | Autopay Credit Card | Chase Card Autopay | Barclaycard Payment
      Loan Repayment | SBA Loan | Kabbage Loan | Term Loan | Funding Circle | KfW Darlehen | Money Market Sweep | Paypal Balance Transfer`,
    trades: phrases`Savings Account | Reserve Account | Current Account | Tax Reserve | Business Loan | Credit Card Autopay`,
    memos: phrases`transfer between accounts | transfer to savings | transfer from savings | internal transfer | own account transfer | move to tax account
      owner contribution | owner draw | owners draw | capital contribution | shareholder loan | director loan | loan repayment | loan principal
      loan payout | credit card payment | card balance payment | pay off credit card | sweep | cash withdrawal | atm withdrawal | petty cash
      cash deposit own | currency exchange own account | reserve account | intercompany transfer | Umbuchung | top up wallet | move funds
      transfer to usd account`,
  },
  {
    category: 'other',
    medianAmount: 85,
    spread: 1.3,
    perMonth: 0.8,
    flow: 'either',
    merchants: phrases`Red Cross | Unicef | Salvation Army | Oxfam | GoFundMe | Save the Children | WWF | Doctors Without Borders | Caritas | Goodwill
      Chamber of Commerce | Rotary Club | Lions Club | Kickstarter | Patreon | Western Union | MoneyGram | Venmo | Cash App | Unknown Merchant
      CVS Pharmacy | Walgreens | Boots | Superdrug | Macys | H&M | Zara | Primark | Nordstrom | TK Maxx | PetSmart | Petco | City Court Fine`,
    trades: phrases`Charity | Foundation | Association | Society | Club | Pharmacy | Veterinary | Clothing | Nursery | Church | Trust Fund | Pawn Shop`,
    memos: phrases`donation | charity donation | membership fee | club dues | chamber of commerce dues | miscellaneous | misc | sundry | sundries | adjustment
      correction | unidentified | unknown | other expense | penalty | fine | lost deposit | write off | uniforms | medicine | first aid kit
      plants for lobby | aquarium | misc purchase | general expense | see receipt | various | personal item to be repaid | difference
      rounding difference`,
  },
];
