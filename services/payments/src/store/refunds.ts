import {
  bigintColumn,
  bytesColumn,
  instantColumn,
  organizationIdColumn,
  textColumn,
  uuidColumn,
} from '@finflow/chassis/database/columns';
import { type EntityManager, EntitySchema } from 'typeorm';
import type { Refund, RefundStatus } from '../domain/refund.ts';

export interface RefundRow extends Refund {
  readonly organizationId: string;
  readonly updatedAt: Date;
  readonly returnedAt: Date | null;
  readonly processorData?: Buffer | null;
}

export const RefundSchema = new EntitySchema<RefundRow>({
  name: 'refund',
  tableName: 'refunds',
  columns: {
    organizationId: organizationIdColumn(),
    id: uuidColumn({ primary: true }),
    paymentId: uuidColumn(),
    userId: uuidColumn({ nullable: true }),
    amountMinor: bigintColumn(),
    currencyCode: textColumn(),
    status: textColumn(),
    reason: textColumn(),
    processorId: textColumn({ nullable: true }),
    processorData: bytesColumn({ nullable: true, select: false }),
    failureMessage: textColumn({ nullable: true }),
    createdAt: instantColumn(),
    updatedAt: instantColumn(),
    completedAt: instantColumn({ nullable: true }),
    returnedAt: instantColumn({ nullable: true }),
  },
});

/**
 * Adds a refund.
 *
 * @returns false when the processor's refund has a row already
 */
export async function insertRefund(tx: EntityManager, refund: RefundRow): Promise<boolean> {
  const { raw } = await tx
    .createQueryBuilder()
    .insert()
    .into(RefundSchema)
    .values(refund)
    .orIgnore()
    .returning('id')
    .execute();
  return (raw as unknown[]).length === 1;
}

export async function findRefund(tx: EntityManager, organizationId: string, id: string): Promise<RefundRow | null> {
  return await tx.getRepository(RefundSchema).findOneBy({ organizationId, id });
}

/** A refund that must be there, because its id was ours to give. */
export async function findRefundOrFail(tx: EntityManager, organizationId: string, id: string): Promise<RefundRow> {
  return await tx.getRepository(RefundSchema).findOneByOrFail({ organizationId, id });
}

export async function findRefundByProcessorId(
  tx: EntityManager,
  organizationId: string,
  processorId: string,
): Promise<RefundRow | null> {
  return await tx.getRepository(RefundSchema).findOneBy({ organizationId, processorId });
}

/** What the processor's word changes about a refund. */
export interface RefundChange {
  readonly from: RefundStatus;
  readonly to: RefundStatus;
  readonly processorId: string | null;
  readonly processorData: Buffer;
  readonly failureMessage: string | null;
  readonly now: Date;
}

/**
 * Compare and set: changes the refund if it still has the status it was read with, and either no id of the
 * processor's or this one.
 *
 * @returns false when somebody was faster
 */
export async function changeRefund(
  tx: EntityManager,
  organizationId: string,
  id: string,
  { from, to, processorId, processorData, failureMessage, now }: RefundChange,
): Promise<boolean> {
  const [, changed]: [unknown, number] = await tx.query(
    `update refunds set
       status = $4,
       processor_id = coalesce(processor_id, $5),
       processor_data = $6,
       failure_message = case when $4 = 'FAILED' then coalesce($7, failure_message) end,
       completed_at = case when $4 = 'COMPLETED' then $8::timestamptz end,
       updated_at = $8
     where organization_id = $1 and id = $2 and status = $3
       and (processor_id is null or processor_id = $5)`,
    [organizationId, id, from, to, processorId, processorData, failureMessage, now],
  );
  return changed === 1;
}

/** Notes that the bank sent a completed refund back. Returns false when that was noted before. */
export async function markReturned(tx: EntityManager, organizationId: string, id: string, now: Date): Promise<boolean> {
  const [, changed]: [unknown, number] = await tx.query(
    `update refunds set returned_at = $3, updated_at = $3
     where organization_id = $1 and id = $2 and status = 'COMPLETED' and returned_at is null`,
    [organizationId, id, now],
  );
  return changed === 1;
}
