import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { issuedInvoiceLines, paymentLines, refundLines, transactionLines } from '../../src/domain/bookings.ts';
import type { InvoiceHeader } from '../../src/domain/invoice.ts';
import { type Settlement, splitPayment, splitRefund } from '../../src/domain/settlement.ts';

const invoice = (fields: Partial<InvoiceHeader>) =>
  ({ currency: 'USD', status: 'PENDING', totalMinor: 100n, paidMinor: 0n, ...fields }) as InvoiceHeader;
const usd = (amountMinor: bigint) => ({ currency: 'USD', amountMinor });

test.each([
  ['less than is open', usd(40n), invoice({}), 40n, 0n],
  ['exactly what is open', usd(100n), invoice({}), 100n, 0n],
  ['more than is open', usd(130n), invoice({ paidMinor: 20n, status: 'PARTIALLY_PAID' }), 80n, 50n],
  ['on one paid already', usd(10n), invoice({ paidMinor: 100n, status: 'PAID' }), 0n, 10n],
  ['on an overdue one', usd(10n), invoice({ status: 'OVERDUE' }), 10n, 0n],
  ['on one cancelled meanwhile', usd(10n), invoice({ status: 'CANCELLED' }), 0n, 10n],
  ['on a draft', usd(10n), invoice({ status: 'DRAFT' }), 0n, 10n],
  ['in another currency', { currency: 'EUR', amountMinor: 10n }, invoice({}), 0n, 10n],
  ['without an invoice', usd(10n), null, 0n, 10n],
])('a payment of %s is divided between invoice and credit', (_what, amount, on, appliedMinor, creditedMinor) => {
  expect(splitPayment(amount, on)).toEqual({ appliedMinor, creditedMinor });
});

test('refunds take the credit first and never more than is left of either part', () => {
  const parts = fc.record({ applied: fc.bigInt(0n, 50n), credited: fc.bigInt(0n, 50n) });
  fc.assert(
    fc.property(parts, fc.array(fc.bigInt(1n, 60n), { maxLength: 10 }), ({ applied, credited }, refunds) => {
      let settlement = {
        ...{ appliedMinor: applied, creditedMinor: credited },
        ...{ appliedRefundedMinor: 0n, creditedRefundedMinor: 0n },
      } as Settlement;
      let refunded = 0n;
      for (const amount of refunds) {
        const split = splitRefund(settlement, amount);
        expect(split === undefined).toBe(refunded + amount > applied + credited);
        if (!split) continue;
        refunded += amount;
        expect(split.appliedMinor + split.creditedMinor).toBe(amount);
        settlement = {
          ...settlement,
          appliedRefundedMinor: settlement.appliedRefundedMinor + split.appliedMinor,
          creditedRefundedMinor: settlement.creditedRefundedMinor + split.creditedMinor,
        };
        expect(settlement.creditedRefundedMinor <= credited && settlement.appliedRefundedMinor <= applied).toBe(true);
        if (split.appliedMinor > 0n) expect(settlement.creditedRefundedMinor).toBe(credited);
      }
    }),
  );
});

test('what is booked for a document always sums to zero and has no line of zero', () => {
  const minor = fc.bigInt(0n, 10n ** 15n);
  fc.assert(
    fc.property(minor, minor, fc.bigInt(-(10n ** 15n), 10n ** 15n), (one, other, net) => {
      const split = { appliedMinor: one, creditedMinor: other };
      const entries = [
        paymentLines('USD', split),
        refundLines('USD', split),
        transactionLines('USD', net, 'EXPENSE_RENT'),
        issuedInvoiceLines(invoice({ subtotalMinor: net, taxMinor: one, totalMinor: net + one })),
      ];
      for (const lines of entries) {
        expect(lines.reduce((sum, { amountMinor }) => sum + amountMinor, 0n)).toBe(0n);
        expect(lines.some(({ amountMinor }) => amountMinor === 0n)).toBe(false);
      }
    }),
  );
});
