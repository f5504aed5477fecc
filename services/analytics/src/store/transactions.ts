import {
  bigintColumn,
  booleanColumn,
  dateColumn,
  instantColumn,
  integerColumn,
  jsonColumn,
  organizationIdColumn,
  textColumn,
  uuidColumn,
} from '@finflow/chassis/database/columns';
import { type EntityManager, EntitySchema } from 'typeorm';
import { MEMORY_VERSION } from '../categorization/memory.ts';
import type { CategorizedTransaction, ImportedTransaction } from '../domain/transaction.ts';

/** For reading; transactions are written by the functions below. */
export const TransactionSchema = new EntitySchema<CategorizedTransaction>({
  name: 'transaction',
  tableName: 'transactions',
  columns: {
    organizationId: organizationIdColumn(),
    id: uuidColumn({ primary: true }),
    userId: uuidColumn(),
    date: dateColumn(),
    description: textColumn(),
    amountMinor: bigintColumn({ nullable: true }),
    currency: textColumn({ nullable: true }),
    category: textColumn(),
    confidence: { type: 'double precision' },
    needsReview: booleanColumn(),
    decidedBy: textColumn(),
    scores: jsonColumn(),
    modelVersion: textColumn(),
    version: integerColumn(),
    createdAt: instantColumn(),
    updatedAt: instantColumn(),
  },
});

/** Of unnest's arrays, one a column: a statement's text and plan don't depend on how many rows it brings. */
const INSERT = `
  insert into transactions (organization_id, id, user_id, date, description, amount_minor, currency, category, confidence,
                            needs_review, decided_by, scores, model_version, version, created_at, updated_at,
                            fingerprint, occurrence)
  select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::date[], $5::text[], $6::bigint[], $7::text[], $8::text[],
                       $9::float8[], $10::boolean[], $11::text[], $12::jsonb[], $13::text[], $14::int[],
                       $15::timestamptz[], $16::timestamptz[], $17::bytea[], $18::int[])
  on conflict (organization_id, fingerprint, occurrence) do nothing returning id`;

/**
 * Stores transactions; imported ones that are there already are left out.
 * @returns the ids of those that were stored.
 */
export async function insertTransactions(
  tx: EntityManager,
  rows: readonly (CategorizedTransaction | ImportedTransaction)[],
): Promise<Set<string>> {
  const column = <T>(value: (row: CategorizedTransaction & Partial<ImportedTransaction>) => T): T[] => rows.map(value);
  const stored: { id: string }[] = await tx.query(INSERT, [
    column((row) => row.organizationId),
    column((row) => row.id),
    column((row) => row.userId),
    column((row) => row.date),
    column((row) => row.description),
    column((row) => row.amountMinor?.toString() ?? null),
    column((row) => row.currency),
    column((row) => row.category),
    column((row) => row.confidence),
    column((row) => row.needsReview),
    column((row) => row.decidedBy),
    column((row) => JSON.stringify(row.scores)),
    column((row) => row.modelVersion),
    column((row) => row.version),
    column((row) => row.createdAt),
    column((row) => row.updatedAt),
    column((row) => row.fingerprint ?? null),
    column((row) => row.occurrence ?? null),
  ]);
  return new Set(stored.map(({ id }) => id));
}

/** The transaction, locked until the end of `tx`: two corrections at once come one after the other. */
export async function lockTransaction(tx: EntityManager, id: string): Promise<CategorizedTransaction | null> {
  return await tx
    .createQueryBuilder(TransactionSchema, 'transaction')
    .where('transaction.id = :id', { id })
    .setLock('pessimistic_write')
    .getOne();
}

/** Writes a new decision over the one before it. */
export async function saveDecision(tx: EntityManager, row: CategorizedTransaction): Promise<void> {
  const result = await tx.update(
    TransactionSchema,
    { organizationId: row.organizationId, id: row.id, version: row.version - 1 },
    {
      category: row.category,
      confidence: row.confidence,
      needsReview: row.needsReview,
      decidedBy: row.decidedBy,
      version: row.version,
      updatedAt: row.updatedAt,
    },
  );
  if (result.affected !== 1) throw new Error(`transaction ${row.id} changed while it was locked`);
}

/**
 * Transactions that people decided and that are not counted as such under this release's memory, by id after `after`;
 * locked until the end of `tx`. One that is being corrected is left out: its correction counts it.
 */
export async function lockUnlearnt(
  tx: EntityManager,
  after: string | undefined,
  limit: number,
): Promise<CategorizedTransaction[]> {
  const query = tx
    .createQueryBuilder(TransactionSchema, 'transaction')
    .where("transaction.decidedBy = 'person'")
    .andWhere(
      `not exists (select from learnt_decisions l where l.organization_id = transaction.organization_id
         and l.memory_version = :memoryVersion and l.transaction_id = transaction.id
         and l.category = transaction.category)`,
      { memoryVersion: MEMORY_VERSION },
    )
    .orderBy('transaction.id')
    .limit(limit)
    .setLock('pessimistic_write')
    .setOnLocked('skip_locked');
  if (after !== undefined) query.andWhere('transaction.id > :after', { after });
  return await query.getMany();
}
