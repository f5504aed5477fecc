import { describe, expect, it } from '@jest/globals';
import { assertNotCovered, assertPayable, type PayableInvoice } from '../../src/domain/invoice.ts';
import { refusal } from '../../src/domain/refusal.ts';

describe('a refusal', () => {
  it('tells the payer what to do next, also for a code nobody has heard of', () => {
    expect(refusal('insufficient_funds', 'x').advice).toMatch(/another card/);
    expect(refusal('incorrect_cvc', 'x').advice).toMatch(/security code/);
    expect(refusal('never_heard_of', 'x').advice).toMatch(/another card/);
    expect(refusal('toString', 'x').advice).toMatch(/another card/);
  });

  it('does not tell a thief that the card is known to be stolen', () => {
    for (const code of ['stolen_card', 'lost_card', 'fraudulent'])
      expect(refusal(code, 'x').advice).toBe('Use another card.');
  });
});

describe('an invoice', () => {
  const invoice = (status: PayableInvoice['status']): PayableInvoice => ({
    id: 'i',
    status,
    total: { currencyCode: 'USD', amountMinor: 1000n },
  });
  const dollars = { currencyCode: 'USD', amountMinor: 1n };

  it.each(['PENDING', 'PARTIALLY_PAID', 'OVERDUE'] as const)('that is %s can be paid', (status) => {
    expect(() => assertPayable(invoice(status), dollars)).not.toThrow();
  });

  it.each(['DRAFT', 'PAID', 'CANCELLED'] as const)('that is %s cannot', (status) => {
    expect(() => assertPayable(invoice(status), dollars)).toThrow(
      expect.objectContaining({ reason: 'INVOICE_NOT_PAYABLE' }),
    );
  });

  it('is paid in its own currency', () => {
    expect(() => assertPayable(invoice('PENDING'), { currencyCode: 'EUR', amountMinor: 1n })).toThrow(
      expect.objectContaining({ reason: 'CURRENCY_MISMATCH' }),
    );
  });

  it('takes payments until they cover it', () => {
    expect(() => assertNotCovered(invoice('PENDING'), 999n)).not.toThrow();
    expect(() => assertNotCovered(invoice('PENDING'), 1000n)).toThrow(
      expect.objectContaining({ reason: 'INVOICE_ALREADY_PAID' }),
    );
  });
});
