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
  await tx.query(
    `insert into categorized_transactions (organization_id, transaction_id, version, category)
     values ($1, $2, 0, '') on conflict do nothing`,
    [organizationId, transactionId],
  );
  const [row]: CategorizedTransaction[] = await tx.query(
    `select organization_id as "organizationId", transaction_id as "transactionId", version, category,
       entry_id as "entryId"
     from categorized_transactions where transaction_id = $1 for update`,
    [transactionId],
  );
  if (!row) throw new Error(`The row of transaction ${transactionId} was neither made nor found.`);
  return row;
}

/** Saves the decision that now stands. */
export async function saveCategorized(tx: EntityManager, transaction: CategorizedTransaction): Promise<void> {
  await tx.query(
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
