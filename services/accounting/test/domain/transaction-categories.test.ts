import { expect, test } from '@jest/globals';
import { standardChart } from '../../src/domain/standard-chart.ts';
import {
  bookingRole,
  type Categorization,
  expenseCategories,
  expenseRole,
} from '../../src/domain/transaction-categories.ts';

const decision = (fields: Partial<Categorization>): Categorization => ({
  ...{ category: 'rent', amountMinor: -100n, confidence: 0.8, decidedBy: 'model' },
  ...fields,
});
const role = (fields: Partial<Categorization>) => bookingRole(decision(fields), 0.8);

test('an outflow the model is sure of is booked; what it is not sure of, and inflows, wait', () => {
  expect(role({})).toBe('EXPENSE_RENT');
  expect(role({ confidence: 0.79 })).toBeNull();
  expect(role({ amountMinor: 100n, confidence: 1 })).toBeNull();
  expect(role({ category: 'other_income', amountMinor: 100n, confidence: 1 })).toBeNull();
});

test('a person’s decision counts whatever the confidence and direction', () => {
  expect(role({ decidedBy: 'person', confidence: 0 })).toBe('EXPENSE_RENT');
  expect(role({ decidedBy: 'person', amountMinor: 100n })).toBe('EXPENSE_RENT');
  expect(role({ decidedBy: 'person', category: 'other_income', amountMinor: 100n })).toBe('OTHER_INCOME');
});

test('sales income and transfers are never booked from their category', () => {
  for (const category of ['sales_income', 'transfer']) {
    expect(role({ decidedBy: 'person', category, amountMinor: 100n })).toBeNull();
  }
});

test('a category nobody told accounting of is not guessed', () => {
  expect(role({ category: 'yachts' })).toBeUndefined();
});

test('every expense category has its account in the standard chart, and no code or role is there twice', () => {
  const roles = new Map(standardChart.map((account) => [account.role, account]));
  for (const { category, code, name } of expenseCategories) {
    expect(roles.get(expenseRole(category))).toMatchObject({ code, name, type: 'EXPENSE' });
  }
  expect(roles.size).toBe(standardChart.length);
  expect(new Set(standardChart.map(({ code }) => code)).size).toBe(standardChart.length);
});
