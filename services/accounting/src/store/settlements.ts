import {
  bigintColumn,
  instantColumn,
  organizationIdColumn,
  textColumn,
  uuidColumn,
} from '@finflow/chassis/database/columns';
import { type EntityManager, EntitySchema } from 'typeorm';
import type { Settlement } from '../domain/settlement.ts';

export const SettlementSchema = new EntitySchema<Settlement>({
  name: 'settlement',
  tableName: 'settlements',
  columns: {
    organizationId: organizationIdColumn(),
    paymentId: uuidColumn({ primary: true }),
    invoiceId: uuidColumn({ nullable: true }),
    currency: textColumn(),
    appliedMinor: bigintColumn(),
    creditedMinor: bigintColumn(),
    appliedRefundedMinor: bigintColumn(),
    creditedRefundedMinor: bigintColumn(),
    completedAt: instantColumn(),
    createdAt: instantColumn(),
  },
});

/** The settlement of a payment, locked for change; null when the payment has not been settled. */
export async function lockSettlement(tx: EntityManager, paymentId: string): Promise<Settlement | null> {
  return await tx.findOne(SettlementSchema, { where: { paymentId }, lock: { mode: 'for_no_key_update' } });
}

/** When the last of the money that is on an invoice arrived; null when none is. */
export async function lastCompletedAt(tx: EntityManager, invoiceId: string): Promise<Date | null> {
  const [row]: { at: Date | null }[] = await tx.query(
    'select max(completed_at) as at from settlements where invoice_id = $1 and applied_minor > applied_refunded_minor',
    [invoiceId],
  );
  return row?.at ?? null;
}

export async function insertSettlement(tx: EntityManager, settlement: Settlement): Promise<void> {
  await tx.insert(SettlementSchema, settlement);
}

/** Saves the refunded parts of a settlement that this transaction holds the lock of. */
export async function saveRefunded(tx: EntityManager, settlement: Settlement): Promise<void> {
  const { organizationId, paymentId, appliedRefundedMinor, creditedRefundedMinor } = settlement;
  const { affected } = await tx.update(
    SettlementSchema,
    { organizationId, paymentId },
    { appliedRefundedMinor, creditedRefundedMinor },
  );
  if (affected !== 1) throw new Error(`Saving the settlement of payment ${paymentId} changed ${affected} rows.`);
}
