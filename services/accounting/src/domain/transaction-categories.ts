/** An expense category of analytics and its account in the standard chart. */
export interface ExpenseCategory {
  /** The key analytics gives a categorized transaction. */
  readonly category: string;
  readonly code: string;
  readonly name: string;
}

export const expenseCategories: readonly ExpenseCategory[] = [
  { category: 'cost_of_goods', code: '5000', name: 'Cost of goods sold' },
  { category: 'payroll', code: '6000', name: 'Payroll' },
  { category: 'rent', code: '6050', name: 'Rent' },
  { category: 'utilities', code: '6100', name: 'Utilities' },
  { category: 'telecommunications', code: '6150', name: 'Telecommunications' },
  { category: 'insurance', code: '6200', name: 'Insurance' },
  { category: 'software', code: '6250', name: 'Software' },
  { category: 'office_supplies', code: '6300', name: 'Office supplies' },
  { category: 'equipment', code: '6350', name: 'Equipment' },
  { category: 'maintenance', code: '6400', name: 'Maintenance' },
  { category: 'marketing', code: '6450', name: 'Marketing' },
  { category: 'professional_services', code: '6500', name: 'Professional services' },
  { category: 'travel', code: '6550', name: 'Travel' },
  { category: 'meals', code: '6600', name: 'Meals' },
  { category: 'entertainment', code: '6650', name: 'Entertainment' },
  { category: 'vehicle', code: '6700', name: 'Vehicles' },
  { category: 'shipping', code: '6750', name: 'Shipping' },
  { category: 'training', code: '6800', name: 'Training' },
  { category: 'bank_fees', code: '6850', name: 'Bank fees' },
  { category: 'taxes', code: '6900', name: 'Taxes and duties' },
  { category: 'other', code: '6950', name: 'Other expenses' },
];

/** The role, in the standard chart, of an expense category's account. */
export function expenseRole(category: string): string {
  return `EXPENSE_${category.toUpperCase()}`;
}

/** How accounting treats a category: booked on this account, by itself or only when a person decided, or not at all. */
export interface CategoryTreatment {
  /** Role of the account; null where a category cannot tell which account it is. */
  readonly role: string | null;
  readonly automatic: boolean;
}

/**
 * Sales income and transfers are never booked from their category: whether the money settles an invoice, is a card
 * payout or comes from another own account decides the account, and booking revenue would count an invoice twice. An
 * accountant posts them.
 */
const treatments = new Map<string, CategoryTreatment>([
  ...expenseCategories.map(({ category }) => [category, { role: expenseRole(category), automatic: true }] as const),
  ['other_income', { role: 'OTHER_INCOME', automatic: false }],
  ['sales_income', { role: null, automatic: false }],
  ['transfer', { role: null, automatic: false }],
]);

/** A category decided for a bank transaction. */
export interface Categorization {
  readonly category: string;
  /** Below zero when money went out. */
  readonly amountMinor: bigint;
  /** 0–1. */
  readonly confidence: number;
  readonly decidedBy: 'model' | 'person';
}

/**
 * The role of the account to book it on, or null when it waits for a person. A person's decision always counts; the
 * model's only for an outflow in an expense category, from `threshold` on.
 *
 * @returns undefined for a category accounting does not know
 */
export function bookingRole(decision: Categorization, threshold: number): string | null | undefined {
  const treatment = treatments.get(decision.category);
  if (treatment === undefined) return undefined;
  const sure = decision.confidence >= threshold && decision.amountMinor < 0n && treatment.automatic;
  return decision.decidedBy === 'person' || sure ? treatment.role : null;
}
