import { prepared } from '@finflow/chassis/database/prepared';
import type { EntityManager } from 'typeorm';

/** The latest decision on a bank transaction, and the entry that stands for it; null while it waits for a person. */
export interface CategorizedTransaction {
  readonly organizationId: string;
  readonly transactionId: string;
  readonly version: bigint;
  readonly category: string;
  readonly entryId: string | null;
}

/**
 * Makes sure the transaction has a row and locks it: decisions on one transaction take turns. A row made now has
 * version 0.
 */
export async function lockCategorized(
  tx: EntityManager,
  organizationId: string,
  transactionId: string,
): Promise<CategorizedTransaction> {
  // An update that changes nothing locks the row that is there, and gives it as it stands once others have let go.
  const [row] = await prepared<CategorizedTransaction>(
    tx,
    'lock-categorized',
    `insert into categorized_transactions as t (organization_id, transaction_id, version, category)
     values ($1, $2, 0, '')
     on conflict (organization_id, transaction_id) do update set version = t.version
     returning organization_id as "organizationId", transaction_id as "transactionId", version, category,
       entry_id as "entryId"`,
    [organizationId, transactionId],
  );
  if (!row) throw new Error(`The row of transaction ${transactionId} was neither made nor found.`);
  return row;
}

/** Saves the decision that now stands. */
export async function saveCategorized(tx: EntityManager, transaction: CategorizedTransaction): Promise<void> {
  await prepared(
    tx,
    'save-categorized',
    `update categorized_transactions set version = $3, category = $4, entry_id = $5
     where organization_id = $1 and transaction_id = $2`,
    [
      transaction.organizationId,
      transaction.transactionId,
      transaction.version,
      transaction.category,
      transaction.entryId,
    ],
  );
}
