import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  amountDue,
  cancel,
  type Invoice,
  isIssued,
  issue,
  issuedStatus,
  pay,
  revise,
  unpay,
} from '../../src/domain/invoice.ts';

const now = new Date('2026-03-10T12:00:00Z');
const moment = { now, today: '2026-03-10' };

const draft: Invoice = {
  organizationId: 'o',
  id: 'i',
  number: 'INV-2026-00001',
  userId: 'u',
  client: 'c',
  clientEmail: '',
  currency: 'USD',
  subtotalMinor: 100n,
  taxMinor: 0n,
  totalMinor: 100n,
  paidMinor: 0n,
  issueDate: '2026-03-01',
  dueDate: '2026-03-31',
  status: 'DRAFT',
  notes: '',
  cancelReason: '',
  createdAt: now,
  updatedAt: now,
  issuedAt: null,
  paidAt: null,
  cancelledAt: null,
  lineItems: [],
};
const issued = issue(draft, moment);

test.each([
  [0n, '2026-03-10', 'PENDING'],
  [0n, '2026-03-09', 'OVERDUE'],
  [1n, '2026-03-10', 'PARTIALLY_PAID'],
  [99n, '2026-03-09', 'OVERDUE'],
  [100n, '2026-03-09', 'PAID'],
] as const)('with %s of 100 paid and due on %s, on 10 March it is %s', (paidMinor, dueDate, expected) => {
  expect(issuedStatus({ totalMinor: 100n, paidMinor, dueDate }, moment.today)).toBe(expected);
});

describe('a step that does not fit the state is refused', () => {
  const cancelled = cancel(draft, '', moment);
  test.each([
    ['issuing twice', () => issue(issued, moment), 'INVOICE_NOT_DRAFT'],
    ['issuing a cancelled one', () => issue(cancelled, moment), 'INVOICE_NOT_DRAFT'],
    ['cancelling twice', () => cancel(cancelled, '', moment), 'INVOICE_CANCELLED'],
    [
      'cancelling with a payment on it',
      () => cancel({ ...issued, ...pay(issued, 1n, moment, moment.now) }, '', moment),
      'INVOICE_HAS_PAYMENTS',
    ],
    ['changing a cancelled one', () => revise(cancelled, { notes: 'x' }, {}, moment), 'INVOICE_CANCELLED'],
    ['changing the client of an issued one', () => revise(issued, {}, { client: 'x' }, moment), 'INVOICE_NOT_DRAFT'],
    [
      'a due date before the issue date',
      () => revise(issued, { dueDate: '2026-02-01' }, {}, moment),
      'DUE_BEFORE_ISSUE',
    ],
  ])('%s', (_what, step, reason) => {
    expect(step).toThrow(expect.objectContaining({ reason }));
  });

  test.each([
    ['paying more than is open', () => pay(issued, 101n, moment, moment.now)],
    ['paying nothing', () => pay(issued, 0n, moment, moment.now)],
    ['paying a draft', () => pay(draft, 1n, moment, moment.now)],
    ['taking back more than was paid', () => unpay(pay(issued, 5n, moment, moment.now), 6n, moment)],
  ])('%s is a mistake of the program', (_what, step) => {
    expect(step).toThrow(RangeError);
  });
});

/** Steps as anything outside may ask for them: those the state forbids change nothing. */
type Step =
  | { readonly do: 'issue' | 'cancel' }
  | { readonly do: 'pay' | 'unpay'; readonly amount: bigint }
  | { readonly do: 'due' | 'day'; readonly date: string };

const date = fc.integer({ min: 1, max: 28 }).map((day) => `2026-03-${String(day).padStart(2, '0')}`);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constantFrom('issue' as const, 'cancel' as const) }),
  fc.record({ do: fc.constantFrom('pay' as const, 'unpay' as const), amount: fc.bigInt(1n, 100n) }),
  fc.record({ do: fc.constantFrom('due' as const, 'day' as const), date }),
);

function apply(invoice: Invoice, today: string, taken: Step): Invoice {
  const at = { now, today };
  try {
    switch (taken.do) {
      case 'issue':
        return issue(invoice, at);
      case 'cancel':
        return cancel(invoice, 'why', at);
      case 'pay':
        return { ...invoice, ...pay(invoice, taken.amount, at, at.now) };
      case 'unpay':
        return { ...invoice, ...unpay(invoice, taken.amount, at) };
      default:
        return revise(invoice, taken.do === 'due' ? { dueDate: taken.date } : {}, {}, at);
    }
  } catch {
    return invoice;
  }
}

test('whatever is asked of an invoice, its status and its amounts agree', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      let invoice = draft;
      let today = moment.today;
      for (const taken of steps) {
        if (taken.do === 'day') today = taken.date;
        const before = invoice;
        invoice = apply(invoice, today, taken);
        const { status, paidMinor, totalMinor } = invoice;
        expect(paidMinor >= 0n && paidMinor <= totalMinor).toBe(true);
        expect(status === 'PAID').toBe(isIssued(invoice) && paidMinor === totalMinor);
        expect(invoice.paidAt !== null).toBe(status === 'PAID');
        expect(invoice.cancelledAt !== null).toBe(status === 'CANCELLED');
        expect(amountDue(invoice)).toBe(isIssued(invoice) ? totalMinor - paidMinor : 0n);
        if (invoice !== before && isIssued(invoice)) expect(status).toBe(issuedStatus(invoice, today));
        if (before.status === 'CANCELLED') expect(invoice).toBe(before);
        if (before.status !== 'DRAFT') expect(status).not.toBe('DRAFT');
      }
    }),
    { numRuns: 500 },
  );
});
