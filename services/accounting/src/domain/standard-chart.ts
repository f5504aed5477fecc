import type { AccountType } from './account.ts';
import { expenseCategories, expenseRole } from './transaction-categories.ts';

/** The accounts that invoices, payments and refunds are booked on. */
export const role = {
  bank: 'BANK',
  /** Card money between the customer's payment and the processor's payout. */
  cardClearing: 'CARD_CLEARING',
  accountsReceivable: 'ACCOUNTS_RECEIVABLE',
  taxPayable: 'TAX_PAYABLE',
  /** What customers paid beyond their invoices: owed back to them. */
  customerCredits: 'CUSTOMER_CREDITS',
  revenue: 'REVENUE',
} as const;

export interface StandardAccount {
  readonly code: string;
  readonly name: string;
  readonly type: AccountType;
  readonly role: string;
  readonly isCash: boolean;
  readonly isReceivable: boolean;
}

function standard(code: string, name: string, type: AccountType, accountRole: string): StandardAccount {
  return {
    code,
    name,
    type,
    role: accountRole,
    isCash: accountRole === role.bank || accountRole === role.cardClearing,
    isReceivable: accountRole === role.accountsReceivable,
  };
}

/** The chart of accounts every organization starts with. */
export const standardChart: readonly StandardAccount[] = [
  standard('1000', 'Bank', 'ASSET', role.bank),
  standard('1050', 'Card clearing', 'ASSET', role.cardClearing),
  standard('1100', 'Accounts receivable', 'ASSET', role.accountsReceivable),
  standard('2100', 'Tax payable', 'LIABILITY', role.taxPayable),
  standard('2200', 'Customer credits', 'LIABILITY', role.customerCredits),
  standard('3000', "Owner's equity", 'EQUITY', 'OWNERS_EQUITY'),
  standard('3900', 'Retained earnings', 'EQUITY', 'RETAINED_EARNINGS'),
  standard('4000', 'Revenue', 'REVENUE', role.revenue),
  standard('4900', 'Other income', 'REVENUE', 'OTHER_INCOME'),
  ...expenseCategories.map(({ category, code, name }) => standard(code, name, 'EXPENSE', expenseRole(category))),
];
