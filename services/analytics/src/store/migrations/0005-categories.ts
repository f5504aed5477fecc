import { sqlMigration } from '@finflow/chassis/database/migrate';
import { serviceRole } from './role.ts';

/**
 * The catalogue of categories, the same for everybody: a reference table without an organization. The rows are written
 * out, not read from the code, because a migration must do the same on every day it runs.
 */
export const categories = sqlMigration('Categories1764000000005', [
  `create table categories (
    key text not null primary key,
    name text not null,
    description text not null,
    kind text not null check (kind in ('expense', 'income', 'transfer'))
  )`,
  `insert into categories (key, name, description, kind) values
    ('rent', 'Rent', 'Offices, shops, warehouses, parking spaces and co-working desks', 'expense'),
    ('payroll', 'Payroll', 'Wages, salaries, bonuses and payroll contributions', 'expense'),
    ('software', 'Software', 'Subscriptions, licences, hosting and cloud services', 'expense'),
    ('travel', 'Travel', 'Flights, trains, hotels, taxis and rental cars on a journey', 'expense'),
    ('meals', 'Meals', 'Restaurants, cafés, catering and food for the office', 'expense'),
    ('marketing', 'Marketing', 'Advertising, campaigns, print, sponsorship and fairs', 'expense'),
    ('office_supplies', 'Office supplies', 'Stationery, paper, toner and small office needs', 'expense'),
    ('utilities', 'Utilities', 'Electricity, gas, water, heating and waste', 'expense'),
    ('insurance', 'Insurance', 'Liability, property, health and other premiums', 'expense'),
    ('professional_services', 'Professional services', 'Lawyers, accountants, consultants, recruiters', 'expense'),
    ('bank_fees', 'Bank fees', 'Account, card, transfer and processing fees, interest paid', 'expense'),
    ('taxes', 'Taxes', 'Income, sales, payroll and property taxes, duties, filing fees', 'expense'),
    ('equipment', 'Equipment', 'Computers, machines, furniture and tools', 'expense'),
    ('shipping', 'Shipping', 'Postage, couriers and freight', 'expense'),
    ('telecommunications', 'Telecommunications', 'Telephone, mobile and internet', 'expense'),
    ('training', 'Training', 'Courses, conferences, certificates, books and subscriptions to learn from', 'expense'),
    ('entertainment', 'Entertainment', 'Tickets, events, gifts and outings', 'expense'),
    ('vehicle', 'Vehicle', 'Fuel, charging, leasing, parking, tolls and repairs of own vehicles', 'expense'),
    ('maintenance', 'Maintenance', 'Cleaning, repairs and upkeep of premises', 'expense'),
    ('cost_of_goods', 'Cost of goods', 'Goods for resale, raw material, packaging and suppliers of production', 'expense'),
    ('other', 'Other', 'What fits nowhere else', 'expense'),
    ('sales_income', 'Sales income', 'Customer payments and payouts of payment processors', 'income'),
    ('other_income', 'Other income', 'Interest, refunds, grants, rebates and other receipts', 'income'),
    ('transfer', 'Transfer', 'Between own accounts, owner contributions and withdrawals, loans', 'transfer')`,
  `grant select on categories to ${serviceRole}`,
]);
