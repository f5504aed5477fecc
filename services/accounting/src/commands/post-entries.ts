import { failedPrecondition, notFound } from '@finflow/chassis/errors';
import { toOutboxRows } from '@finflow/chassis/outbox/append';
import type { EntityManager } from 'typeorm';
import { type Account, referenceKey, unknownAccount } from '../domain/account.ts';
import { checkLines, type JournalEntry, type JournalLine, type NewJournalEntry } from '../domain/journal-entry.ts';
import { journalEntryPosted } from '../events/published.ts';
import { findAccounts } from '../store/accounts.ts';
import { insertEntries } from '../store/insert-entries.ts';
import { readEntriesBySource } from '../store/read-entries.ts';

/** What became of an entry that was to be posted. */
export interface PostedEntry {
  /** As posted: now, or earlier under the same source. */
  readonly entry: JournalEntry;
  /** Whether it was posted now. */
  readonly posted: boolean;
}

/**
 * Posts entries to the books and publishes `journal_entry_posted` for each: the only way anything is booked. Any
 * number of entries takes one statement. An entry whose source was booked before is not booked again; the earlier one
 * is returned in its place. Answers are in the order asked. The caller holds the books (`takeBooks`).
 *
 * Measured against the alternatives, batches of 1,000 on 2 cores: six statements an entry with FOR UPDATE 3,140/s, one
 * SQL function an entry 8,932/s, this 16,000/s and more with all rules held by the database (0007-journal-rules.ts).
 *
 * @throws DomainError INVALID_ARGUMENT as `checkLines`, NOT_FOUND `ACCOUNT_NOT_FOUND`, FAILED_PRECONDITION
 *   `ACCOUNT_CLOSED`, `BALANCE_OUT_OF_RANGE`; then nothing of the batch may be committed
 */
export async function postEntries(
  tx: EntityManager,
  organizationId: string,
  entries: readonly NewJournalEntry[],
): Promise<PostedEntry[]> {
  if (entries.length === 0) return [];
  const bySource = new Map<string, NewJournalEntry>();
  for (const entry of entries) if (!bySource.has(entry.source)) bySource.set(entry.source, entry);
  const unique = [...bySource.values()];
  const accounts = await findAccounts(
    tx,
    unique.flatMap(({ lines }) => lines.map(({ account }) => account)),
  );
  const complete = unique.map((entry) => completeEntry(organizationId, entry, accounts));
  const posted = await insertEntries(tx, organizationId, complete, toOutboxRows(tx, complete.map(journalEntryPosted)));
  const known = new Map(complete.filter(({ id }) => posted.has(id)).map((entry) => [entry.source, entry]));
  if (known.size < unique.length) {
    const earlier = [...bySource.keys()].filter((source) => !known.has(source));
    // A new statement sees what the one before waited for at the unique source.
    for (const entry of await readEntriesBySource(tx, earlier)) known.set(entry.source, entry);
  }
  return entries.map(({ id, source }) => {
    const entry = known.get(source);
    if (!entry) throw new Error(`The entry with source ${source} was neither posted nor found.`);
    return { entry, posted: entry.id === id };
  });
}

/**
 * The entry with its accounts, checked: what a posting will have stored.
 *
 * @param accounts what `findAccounts` found for its lines
 * @throws DomainError as `postEntries`
 */
export function completeEntry(
  organizationId: string,
  entry: NewJournalEntry,
  accounts: ReadonlyMap<string, Account>,
): JournalEntry {
  checkLines(entry.lines);
  const lines = entry.lines.map(({ account: reference, currency, amountMinor, memo = '', field }): JournalLine => {
    const account = accounts.get(referenceKey(reference));
    if (!account) {
      throw notFound('ACCOUNT_NOT_FOUND', unknownAccount(reference), field);
    }
    if (account.closedAt) {
      throw failedPrecondition('ACCOUNT_CLOSED', `Account ${account.code} is closed.`, field);
    }
    const { id, code, name, type, isCash, isReceivable } = account;
    return {
      accountId: id,
      accountCode: code,
      accountName: name,
      accountType: type,
      isCash,
      isReceivable,
      currency,
      amountMinor,
      memo,
    };
  });
  return {
    organizationId,
    id: entry.id,
    source: entry.source,
    date: entry.date,
    description: entry.description,
    invoiceId: entry.invoiceId ?? null,
    reversesEntryId: entry.reversesEntryId ?? null,
    reversedByEntryId: null,
    createdBy: entry.createdBy ?? null,
    createdAt: entry.createdAt,
    lines,
  };
}
