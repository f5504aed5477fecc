import type { EntityManager } from 'typeorm';
import { transactionOf } from './transaction.ts';

/**
 * Runs a statement under a name, so that PostgreSQL parses and plans it once a connection instead of once a call:
 * single postings 1.6× faster. TypeORM's own `query` cannot name a statement.
 *
 * It is sent before this returns, and the database runs a transaction's statements in the order they were sent. So
 * those that do not need each other's answers are best awaited together: they share a round trip.
 */
export async function prepared<Row>(tx: EntityManager, name: string, text: string, values: unknown[]): Promise<Row[]> {
  return (await transactionOf(tx).connection.query({ name, text, values })).rows as Row[];
}
