import type { EntityManager } from 'typeorm';

/** What belongs to one running transaction. */
interface Transaction {
  /** Its connection. */
  readonly client: {
    query(statement: { name: string; text: string; values: unknown[] }): Promise<{ rows: unknown[] }>;
  };
  /** Topics of the events it writes. */
  readonly topics: Set<string>;
}

/** Ties a transaction that just began to its connection, and to the set that will name the topics it writes. */
export async function begin(tx: EntityManager, topics: Set<string>): Promise<void> {
  const runner = tx.queryRunner;
  if (runner) runner.data = { client: await runner.connect(), topics } satisfies Transaction;
}

/** The transaction that `tx` belongs to, also where `tx` is a savepoint of it. */
export function transactionOf(tx: EntityManager): Transaction {
  const transaction = tx.queryRunner?.data as Transaction | undefined;
  if (!transaction?.client) throw new Error('Only inside `Database.tenant` or `Database.system`.');
  return transaction;
}
