import type { EntityManager, QueryRunner } from 'typeorm';

/** Of node-postgres's client, what a transaction needs. */
interface Connection {
  query(text: string): Promise<{ command: string }>;
  query(statement: { name: string; text: string; values: unknown[] }): Promise<{ rows: unknown[] }>;
}

/** What belongs to one running transaction. */
interface Transaction {
  readonly connection: Connection;
  /** Topics of the events it writes. */
  readonly topics: Set<string>;
  /** What was sent and whose answer only the commit waits for. */
  readonly underWay: Promise<unknown>[];
  /** What is to happen once it has committed. */
  readonly afterCommit: (() => void)[];
}

interface Begun extends Transaction {
  readonly begun: Promise<unknown>;
}

/**
 * Begins a transaction on a connection of its own. Its first statement is sent and not waited for: what follows at once
 * goes out with it, and the database runs them in that order.
 *
 * @param topics will name the topics it writes
 */
export async function begin(runner: QueryRunner, topics: Set<string>, isolation?: string): Promise<Begun> {
  const connection: Connection = await runner.connect();
  const afterCommit: Transaction['afterCommit'] = [];
  const transaction: Transaction = { connection, topics, underWay: [], afterCommit };
  runner.data = transaction;
  // To TypeORM this is a transaction it need not begin; it cannot know its depth, so it must not end or nest it.
  Object.assign(runner, { isTransactionActive: true, startTransaction: refuseNesting });
  // READ COMMITTED is PostgreSQL's default.
  const begun = connection.query(isolation ? `begin isolation level ${isolation}` : 'begin');
  return { ...transaction, begun };
}

async function refuseNesting(): Promise<never> {
  throw new Error('A part of a transaction is a `savepoint`.');
}

/**
 * Commits, and runs what waits for that. A transaction in which a statement failed can only be rolled back, and `commit`
 * does so without an error: whoever caught that statement's error would take it for done.
 *
 * @throws what a statement under way threw
 */
export async function commit({ connection, underWay, afterCommit }: Transaction): Promise<void> {
  // One round trip for all of it, and locks are held no longer.
  const [{ command }] = await Promise.all([connection.query('commit'), ...underWay]);
  if (command !== 'COMMIT') throw new Error('The transaction was rolled back: one of its statements had failed.');
  for (const act of afterCommit) act();
}

/** Leaves it to the commit to wait for a statement that was sent, and to fail as it does. */
export function leaveToCommit(tx: EntityManager, statement: Promise<unknown>): void {
  // It may fail before anybody waits for it.
  statement.catch(() => undefined);
  transactionOf(tx).underWay.push(statement);
}

/**
 * Runs `act`, which must not throw, once the transaction of `tx` has committed, and never when it is rolled back: what is
 * counted within a transaction would be counted again when it is tried again. A crash right after the commit skips it.
 */
export function onceCommitted(tx: EntityManager, act: () => void): void {
  transactionOf(tx).afterCommit.push(act);
}

/** The transaction that `tx` belongs to. */
export function transactionOf(tx: EntityManager): Transaction {
  const transaction = tx.queryRunner?.data as Transaction | undefined;
  if (!transaction?.connection) throw new Error('Only inside `Database.tenant` or `Database.system`.');
  return transaction;
}

/** Runs `work` so that, when it fails, its own statements alone are undone and the transaction can go on. */
export async function savepoint<T>(tx: EntityManager, work: () => Promise<T>): Promise<T> {
  const { connection } = transactionOf(tx);
  // Savepoints of one name nest: the latest counts.
  await connection.query('savepoint inner_work');
  try {
    const result = await work();
    await connection.query('release savepoint inner_work');
    return result;
  } catch (error) {
    await connection.query('rollback to savepoint inner_work; release savepoint inner_work');
    throw error;
  }
}
