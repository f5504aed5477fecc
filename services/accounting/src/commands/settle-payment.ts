import { calendarDate } from '@finflow/chassis/clock';
import { newId } from '@finflow/chassis/ids';
import type { EntityManager } from 'typeorm';
import { paymentLines } from '../domain/bookings.ts';
import { pay } from '../domain/invoice.ts';
import { splitPayment } from '../domain/settlement.ts';
import type { AccountingParts } from '../parts.ts';
import { lockInvoice, saveInvoice } from '../store/invoices.ts';
import { momentOf, takeBooks } from '../store/organizations.ts';
import { insertSettlement, lastCompletedAt } from '../store/settlements.ts';
import { postEntries } from './post-entries.ts';

/** A payment whose money has arrived. */
export interface CompletedPayment {
  readonly organizationId: string;
  readonly id: string;
  readonly invoiceId: string | null;
  readonly currency: string;
  /** Minor units, above zero. */
  readonly amountMinor: bigint;
  readonly completedAt: Date;
}

/**
 * Books a completed payment and settles its invoice, in the transaction of the event that told of it. A payment
 * settled before changes nothing.
 */
export async function settlePayment(
  tx: EntityManager,
  { clock }: AccountingParts,
  payment: CompletedPayment,
): Promise<void> {
  const { organizationId, currency, amountMinor, completedAt } = payment;
  const organization = await takeBooks(tx, organizationId, 'exclusive');
  const invoice = payment.invoiceId === null ? null : await lockInvoice(tx, payment.invoiceId);
  const split = splitPayment({ currency, amountMinor }, invoice);
  const moment = momentOf(organization, clock);
  const [result] = await postEntries(tx, organizationId, [
    {
      id: newId(),
      source: `payment:${payment.id}`,
      date: calendarDate(completedAt, organization.timeZone),
      description: invoice ? `Payment of invoice ${invoice.number}` : 'Payment without an invoice',
      invoiceId: invoice?.id,
      createdAt: moment.now,
      lines: paymentLines(currency, split),
    },
  ]);
  if (!result?.posted) return;
  if (invoice && split.appliedMinor > 0n) {
    const before = await lastCompletedAt(tx, invoice.id);
    const arrivedAt = before && before > completedAt ? before : completedAt;
    await saveInvoice(tx, pay(invoice, split.appliedMinor, moment, arrivedAt));
  }
  await insertSettlement(tx, {
    organizationId,
    paymentId: payment.id,
    invoiceId: invoice?.id ?? null,
    currency,
    ...split,
    appliedRefundedMinor: 0n,
    creditedRefundedMinor: 0n,
    completedAt,
    createdAt: moment.now,
  });
}
