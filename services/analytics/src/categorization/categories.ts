/** Which way the money of a category goes: out, in, or between own pockets. */
export type CategoryKind = 'expense' | 'income' | 'transfer';

export interface Category {
  /** Stable key: in events, in the trained artefact, and what accounting maps to an account. */
  readonly key: string;
  readonly name: string;
  readonly kind: CategoryKind;
  readonly description: string;
}

function category(key: string, name: string, kind: CategoryKind, description: string): Category {
  return { key, name, kind, description };
}

/** The catalogue, in the order people are shown it. The table `categories` holds the same rows; a test compares them. */
export const categories: readonly Category[] = [
  category('rent', 'Rent', 'expense', 'Offices, shops, warehouses, parking spaces and co-working desks'),
  category('payroll', 'Payroll', 'expense', 'Wages, salaries, bonuses and payroll contributions'),
  category('software', 'Software', 'expense', 'Subscriptions, licences, hosting and cloud services'),
  category('travel', 'Travel', 'expense', 'Flights, trains, hotels, taxis and rental cars on a journey'),
  category('meals', 'Meals', 'expense', 'Restaurants, cafés, catering and food for the office'),
  category('marketing', 'Marketing', 'expense', 'Advertising, campaigns, print, sponsorship and fairs'),
  category('office_supplies', 'Office supplies', 'expense', 'Stationery, paper, toner and small office needs'),
  category('utilities', 'Utilities', 'expense', 'Electricity, gas, water, heating and waste'),
  category('insurance', 'Insurance', 'expense', 'Liability, property, health and other premiums'),
  category(
    'professional_services',
    'Professional services',
    'expense',
    'Lawyers, accountants, consultants, recruiters',
  ),
  category('bank_fees', 'Bank fees', 'expense', 'Account, card, transfer and processing fees, interest paid'),
  category('taxes', 'Taxes', 'expense', 'Income, sales, payroll and property taxes, duties, filing fees'),
  category('equipment', 'Equipment', 'expense', 'Computers, machines, furniture and tools'),
  category('shipping', 'Shipping', 'expense', 'Postage, couriers and freight'),
  category('telecommunications', 'Telecommunications', 'expense', 'Telephone, mobile and internet'),
  category(
    'training',
    'Training',
    'expense',
    'Courses, conferences, certificates, books and subscriptions to learn from',
  ),
  category('entertainment', 'Entertainment', 'expense', 'Tickets, events, gifts and outings'),
  category('vehicle', 'Vehicle', 'expense', 'Fuel, charging, leasing, parking, tolls and repairs of own vehicles'),
  category('maintenance', 'Maintenance', 'expense', 'Cleaning, repairs and upkeep of premises'),
  category(
    'cost_of_goods',
    'Cost of goods',
    'expense',
    'Goods for resale, raw material, packaging and suppliers of production',
  ),
  category('other', 'Other', 'expense', 'What fits nowhere else'),
  category('sales_income', 'Sales income', 'income', 'Customer payments and payouts of payment processors'),
  category('other_income', 'Other income', 'income', 'Interest, refunds, grants, rebates and other receipts'),
  category('transfer', 'Transfer', 'transfer', 'Between own accounts, owner contributions and withdrawals, loans'),
];

const keys: ReadonlySet<string> = new Set(categories.map(({ key }) => key));

/** Whether a key is in the catalogue. */
export function isCategory(key: string): boolean {
  return keys.has(key);
}
