import {
  bigintColumn,
  bytesColumn,
  instantColumn,
  jsonColumn,
  organizationIdColumn,
  textColumn,
  uuidColumn,
} from '@finflow/chassis/database/columns';
import { type EntityManager, EntitySchema } from 'typeorm';
import type { Payment, PaymentStatus } from '../domain/payment.ts';
import type { Refusal } from '../domain/refusal.ts';

/** A payment with what only its own commands read. */
export interface PaymentRow extends Payment {
  readonly organizationId: string;
  readonly source?: Buffer | null;
  readonly processorData?: Buffer | null;
}

export const PaymentSchema = new EntitySchema<PaymentRow>({
  name: 'payment',
  tableName: 'payments',
  columns: {
    organizationId: organizationIdColumn(),
    id: uuidColumn({ primary: true }),
    userId: uuidColumn(),
    status: textColumn(),
    amountMinor: bigintColumn(),
    currencyCode: textColumn(),
    amountRefundedMinor: bigintColumn(),
    amountReservedMinor: bigintColumn(),
    invoiceId: uuidColumn({ nullable: true }),
    description: textColumn(),
    metadata: jsonColumn(),
    // Encrypted, and read by nobody who does not ask for them by name.
    source: bytesColumn({ nullable: true, select: false }),
    processorData: bytesColumn({ nullable: true, select: false }),
    processorId: textColumn({ nullable: true }),
    failureCode: textColumn({ nullable: true }),
    failureMessage: textColumn({ nullable: true }),
    failureAdvice: textColumn({ nullable: true }),
    cardBrand: textColumn({ nullable: true }),
    cardLast4: textColumn({ nullable: true }),
    createdAt: instantColumn(),
    updatedAt: instantColumn(),
    completedAt: instantColumn({ nullable: true }),
  },
});

export async function insertPayment(tx: EntityManager, payment: PaymentRow & { source: Buffer }): Promise<void> {
  await tx.getRepository(PaymentSchema).insert(payment);
}

export async function findPayment(tx: EntityManager, organizationId: string, id: string): Promise<PaymentRow | null> {
  return await tx.getRepository(PaymentSchema).findOneBy({ organizationId, id });
}

/** A payment that must be there, because a row of ours names it. */
export async function findPaymentOrFail(tx: EntityManager, organizationId: string, id: string): Promise<PaymentRow> {
  return await tx.getRepository(PaymentSchema).findOneByOrFail({ organizationId, id });
}

export async function findPaymentByProcessorId(
  tx: EntityManager,
  organizationId: string,
  processorId: string,
): Promise<PaymentRow | null> {
  return await tx.getRepository(PaymentSchema).findOneBy({ organizationId, processorId });
}

/** A payment with its encrypted card, which is there while it is pending. */
export async function findPaymentWithSource(
  tx: EntityManager,
  organizationId: string,
  id: string,
): Promise<PaymentRow | null> {
  return await tx
    .getRepository(PaymentSchema)
    .createQueryBuilder('payment')
    .addSelect('payment.source')
    .where('payment.organizationId = :organizationId and payment.id = :id', { organizationId, id })
    .getOne();
}

/** Makes payments of one invoice take turns until this transaction ends. */
export async function lockInvoice(tx: EntityManager, organizationId: string, invoiceId: string): Promise<void> {
  await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`${organizationId}/${invoiceId}`]);
}

/** What payments of this invoice have taken or may yet take, net of refunds. */
export async function sumForInvoice(tx: EntityManager, organizationId: string, invoiceId: string): Promise<bigint> {
  const [row]: { total: string }[] = await tx.query(
    `select coalesce(sum(amount_minor - amount_refunded_minor), 0)::text as total
     from payments where organization_id = $1 and invoice_id = $2 and status <> 'FAILED'`,
    [organizationId, invoiceId],
  );
  return BigInt(row?.total ?? 0);
}

/** What the processor's word changes about a payment. Null fields learn nothing. */
export interface ChargeChange {
  readonly from: PaymentStatus;
  readonly to: PaymentStatus;
  readonly processorId: string | null;
  readonly processorData: Buffer;
  readonly card: { readonly brand: string; readonly last4: string } | null;
  readonly refusal: Refusal | null;
  readonly now: Date;
}

/**
 * Compare and set: changes the payment if it still has the status it was read with, and either no id of the
 * processor's or this one.
 *
 * @returns false when somebody was faster
 */
export async function changeCharge(
  tx: EntityManager,
  organizationId: string,
  id: string,
  change: ChargeChange,
): Promise<boolean> {
  const { from, to, processorId, processorData, card, refusal, now } = change;
  const [, changed]: [unknown, number] = await tx.query(
    `update payments set
       status = $4,
       processor_id = coalesce(processor_id, $5),
       processor_data = $6,
       source = case when $4 = 'PENDING' then source end,
       card_brand = coalesce($7, card_brand),
       card_last4 = coalesce($8, card_last4),
       failure_code = case when $4 = 'FAILED' then coalesce($9, failure_code) end,
       failure_message = case when $4 = 'FAILED' then coalesce($10, failure_message) end,
       failure_advice = case when $4 = 'FAILED' then coalesce($11, failure_advice) end,
       completed_at = case when $4 = 'COMPLETED' then coalesce(completed_at, $12) else completed_at end,
       updated_at = $12
     where organization_id = $1 and id = $2 and status = $3
       and (processor_id is null or processor_id = $5)`,
    [
      ...[organizationId, id, from, to, processorId, processorData, card?.brand ?? null, card?.last4 ?? null],
      ...[refusal?.code ?? null, refusal?.message ?? null, refusal?.advice ?? null, now],
    ],
  );
  return changed === 1;
}

/**
 * Compare and set: reserves an amount for a refund if the payment still stands as it was read.
 *
 * @returns false when somebody was faster
 */
export async function reserveForRefund(
  tx: EntityManager,
  payment: PaymentRow,
  amountMinor: bigint,
  now: Date,
): Promise<boolean> {
  const [, changed]: [unknown, number] = await tx.query(
    `update payments set amount_reserved_minor = amount_reserved_minor + $6, updated_at = $7
     where organization_id = $1 and id = $2 and status = $3
       and amount_refunded_minor = $4 and amount_reserved_minor = $5`,
    [
      ...[payment.organizationId, payment.id, payment.status],
      ...[payment.amountRefundedMinor, payment.amountReservedMinor, amountMinor, now],
    ],
  );
  return changed === 1;
}

/** Ends a reservation: as given back, or as free again. The row is locked by this, so figures follow one another. */
export async function endReservation(
  tx: EntityManager,
  organizationId: string,
  paymentId: string,
  ended: { amountMinor: bigint; refunded: boolean; statusWhenRefunded: (refundedMinor: bigint) => PaymentStatus },
  now: Date,
): Promise<void> {
  const [row]: { amount_refunded_minor: bigint }[] = await tx.query(
    'select amount_refunded_minor from payments where organization_id = $1 and id = $2 for update',
    [organizationId, paymentId],
  );
  if (!row) throw new Error(`payment ${paymentId} of a refund is missing`);
  const refundedMinor = row.amount_refunded_minor + (ended.refunded ? ended.amountMinor : 0n);
  await tx.query(
    `update payments set amount_reserved_minor = amount_reserved_minor - $3, amount_refunded_minor = $4, status = $5,
       updated_at = $6
     where organization_id = $1 and id = $2`,
    [organizationId, paymentId, ended.amountMinor, refundedMinor, ended.statusWhenRefunded(refundedMinor), now],
  );
}

/**
 * Removes a payment that the processor never took.
 *
 * @returns false when it is decided, or the processor has it
 */
export async function deletePending(tx: EntityManager, organizationId: string, id: string): Promise<boolean> {
  const [, deleted]: [unknown, number] = await tx.query(
    `delete from payments where organization_id = $1 and id = $2 and status = 'PENDING' and processor_id is null`,
    [organizationId, id],
  );
  return deleted === 1;
}
