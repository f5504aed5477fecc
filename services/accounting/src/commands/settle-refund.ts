import { calendarDate } from '@finflow/chassis/clock';
import { failedPrecondition } from '@finflow/chassis/errors';
import { newId } from '@finflow/chassis/ids';
import type { EntityManager } from 'typeorm';
import { refundLines } from '../domain/bookings.ts';
import { unpay } from '../domain/invoice.ts';
import { splitRefund } from '../domain/settlement.ts';
import type { AccountingParts } from '../parts.ts';
import { lockInvoice, saveInvoice } from '../store/invoices.ts';
import { momentOf, takeBooks } from '../store/organizations.ts';
import { isBooked } from '../store/read-entries.ts';
import { lockSettlement, saveRefunded } from '../store/settlements.ts';
import { postEntries } from './post-entries.ts';

/** Money given back of a payment. */
export interface Refund {
  readonly organizationId: string;
  readonly id: string;
  readonly paymentId: string;
  readonly currency: string;
  /** Minor units, above zero. */
  readonly amountMinor: bigint;
  readonly refundedAt: Date;
}

/**
 * Books a refund and takes it off the payment's invoice, in the transaction of the event that told of it. A refund
 * booked before changes nothing.
 *
 * @returns false when the payment itself has not been settled yet; then nothing was changed
 * @throws DomainError FAILED_PRECONDITION `REFUND_EXCEEDS_PAYMENT`, `REFUND_CURRENCY_DIFFERS`: the event contradicts
 *   what was booked and is put aside for a person
 */
export async function settleRefund(tx: EntityManager, { clock }: AccountingParts, refund: Refund): Promise<boolean> {
  const { organizationId, currency, amountMinor } = refund;
  const organization = await takeBooks(tx, organizationId, 'exclusive');
  const settlement = await lockSettlement(tx, refund.paymentId);
  if (!settlement) return false;
  if (settlement.currency !== currency) {
    throw failedPrecondition('REFUND_CURRENCY_DIFFERS', `The payment was in ${settlement.currency}.`);
  }
  if (await isBooked(tx, `refund:${refund.id}`)) return true;
  const split = splitRefund(settlement, amountMinor);
  if (!split) throw failedPrecondition('REFUND_EXCEEDS_PAYMENT', 'Less than this is left of the payment.');
  const invoice = settlement.invoiceId === null ? null : await lockInvoice(tx, settlement.invoiceId);
  const moment = momentOf(organization, clock);
  if (invoice && split.appliedMinor > 0n) await saveInvoice(tx, unpay(invoice, split.appliedMinor, moment));
  await saveRefunded(tx, {
    ...settlement,
    appliedRefundedMinor: settlement.appliedRefundedMinor + split.appliedMinor,
    creditedRefundedMinor: settlement.creditedRefundedMinor + split.creditedMinor,
  });
  await postEntries(tx, organizationId, [
    {
      id: newId(),
      source: `refund:${refund.id}`,
      date: calendarDate(refund.refundedAt, organization.timeZone),
      description: invoice ? `Refund of a payment of invoice ${invoice.number}` : 'Refund of a payment',
      invoiceId: invoice?.id,
      createdAt: moment.now,
      lines: refundLines(currency, split),
    },
  ]);
  return true;
}
