import { untilBooksAreOpen } from '@finflow/chassis/books-not-open';
import { DomainError } from '@finflow/chassis/errors';
import { once, type RequestKey } from '@finflow/chassis/idempotency';
import { assertCurrency, money } from '@finflow/chassis/money';
import { appendEvents } from '@finflow/chassis/outbox/append';
import type { EntityManager } from 'typeorm';
import { subjectOf } from '../categorization/model.ts';
import type { Prediction } from '../categorization/prediction.ts';
import type { ImportedTransaction } from '../domain/transaction.ts';
import { transactionCategorized } from '../events/published.ts';
import type { Actor, AnalyticsParts } from '../parts.ts';
import { type Fingerprint, fingerprints } from '../statements/fingerprint.ts';
import type { RowError, Statement, StatementFormat, StatementProblem, StatementRow } from '../statements/statement.ts';
import { insertTransactions } from '../store/transactions.ts';
import { decideAll, type NewTransaction, ownCurrency, predictAll } from './categorize.ts';

/** How far an import is. */
export interface ImportProgress {
  readonly rowsDone: number;
  readonly rowsTotal: number;
}

/** How an import ended. */
export interface ImportResult {
  readonly rowsTotal: number;
  readonly imported: number;
  readonly skippedDuplicates: number;
  readonly needsReview: number;
  readonly errorCount: number;
  readonly errors: readonly RowError[];
}

export type ImportEvent = { readonly progress: ImportProgress } | { readonly result: ImportResult };

/** Rows between two messages of progress, and rows a statement stores. */
const CHUNK = 500;
const MOST_ERRORS_SHOWN = 100;

/**
 * Reads a bank's CSV file and keeps its transactions, all of the readable ones in one transaction or none. Rows that
 * were imported before are skipped by a unique key, so importing a file twice, at the same time too, keeps each row once.
 *
 * @param format currency '' for the organization's
 * @returns progress while rows are categorized, then one result once everything is stored
 * @throws DomainError INVALID_ARGUMENT `CSV_UNREADABLE`, `CSV_COLUMN_NOT_FOUND`, `CSV_TOO_MANY_ROWS`, `UNKNOWN_CURRENCY`;
 *   UNAVAILABLE `BOOKS_NOT_OPEN`
 */
export async function* importTransactions(
  parts: AnalyticsParts,
  actor: Actor,
  csv: Uint8Array,
  format: StatementFormat,
  key: RequestKey | undefined,
  signal?: AbortSignal,
): AsyncGenerator<ImportEvent> {
  if (format.currency !== '') assertCurrency(format.currency, 'currency_code');
  const { organizationId } = actor;
  // Even where the request names a currency: the end of the work needs the organization too, and a stream that has
  // begun cannot begin again.
  const own = await untilBooksAreOpen(() => ownCurrency(parts, organizationId), { signal });
  const currency = format.currency || own;
  const { rows, errors } = await readFile(parts, csv, { ...format, currency }, signal);
  const rowsTotal = rows.length + errors.length;
  yield { progress: { rowsDone: errors.length, rowsTotal } };

  const predictions: Prediction[] = [];
  for (let start = 0; start < rows.length; start += CHUNK) {
    const chunk = rows.slice(start, start + CHUNK).map(newTransaction);
    predictions.push(...(await predictAll(parts, chunk.map(subjectOf), signal)));
    yield { progress: { rowsDone: errors.length + predictions.length, rowsTotal } };
  }

  const result = await parts.database.tenant(organizationId, (tx) =>
    once(tx, organizationId, key, async () => {
      const stored = await storeRows(tx, parts, actor, rows, predictions);
      return {
        ...stored,
        rowsTotal,
        skippedDuplicates: rows.length - stored.imported,
        errorCount: errors.length,
        errors: errors.slice(0, MOST_ERRORS_SHOWN),
      };
    }),
  );
  yield { result };
}

async function readFile(
  { workers }: AnalyticsParts,
  csv: Uint8Array,
  format: StatementFormat,
  signal: AbortSignal | undefined,
): Promise<Statement> {
  const read = await workers.run<Statement | StatementProblem>('parseStatement', { csv, format }, { signal });
  if (!('reason' in read)) return read;
  const { reason, field, description, metadata } = read;
  throw new DomainError({
    code: 'INVALID_ARGUMENT',
    reason,
    message: `${field}: ${description}`,
    fields: [{ field, description }],
    metadata,
  });
}

async function storeRows(
  tx: EntityManager,
  parts: AnalyticsParts,
  actor: Actor,
  rows: readonly StatementRow[],
  predictions: readonly Prediction[],
): Promise<Pick<ImportResult, 'imported' | 'needsReview'>> {
  const marks = fingerprints(rows);
  const counts = { imported: 0, needsReview: 0 };
  for (let start = 0; start < rows.length; start += CHUNK) {
    const end = start + CHUNK;
    const transactions = rows.slice(start, end).map(newTransaction);
    const decided = await decideAll(tx, parts, actor, transactions, predictions.slice(start, end));
    const marked = decided.map((one, index) => withMark(one, marks[start + index]));
    const stored = await insertTransactions(tx, marked);
    const fresh = marked.filter(({ id }) => stored.has(id));
    await appendEvents(
      tx,
      fresh.flatMap((transaction) => transactionCategorized(transaction, actor.userId)),
    );
    counts.imported += fresh.length;
    counts.needsReview += fresh.filter(({ needsReview }) => needsReview).length;
  }
  return counts;
}

function newTransaction({ date, description, amountMinor, currency }: StatementRow): NewTransaction {
  return { date, description, amount: money(currency, amountMinor) };
}

function withMark<T extends object>(
  transaction: T,
  mark: Fingerprint | undefined,
): T & Pick<ImportedTransaction, 'fingerprint' | 'occurrence'> {
  if (mark === undefined) throw new Error('A row has no fingerprint.');
  return { ...transaction, fingerprint: mark.hash, occurrence: mark.occurrence };
}
