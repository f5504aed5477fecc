import { createHash } from 'node:crypto';
import { toJson } from '@bufbuild/protobuf';
import {
  GetTrialBalanceResponseSchema,
  JournalEntrySchema,
  LedgerService,
} from '@finflow/proto/finflow/accounting/v1/ledger_pb';
import { everyPage } from '../every-page.ts';
import type { Session } from '../session.ts';

/** A company's books in a form that two of them are equal in or not. */
export interface Books {
  readonly entries: number;
  /** What each entry was posted for, such as `payment:ID`. */
  readonly sources: ReadonlySet<string>;
  /** SHA-256 of every entry with its lines, in the order of their ids, and of the trial balance. */
  readonly hash: string;
}

/** Reads all of a company's books through the API. */
export async function booksOf(session: Session): Promise<Books> {
  const ledger = session.client(LedgerService);
  const entries = await everyPage(async (pageToken) => {
    const { journalEntries, nextPageToken } = await ledger.listJournalEntries({ pageSize: 200, pageToken });
    return [journalEntries, nextPageToken];
  });
  const hash = createHash('sha256');
  for (const entry of entries.sort((a, b) => (a.id < b.id ? -1 : 1)))
    hash.update(JSON.stringify(toJson(JournalEntrySchema, entry)));
  hash.update(JSON.stringify(toJson(GetTrialBalanceResponseSchema, await ledger.getTrialBalance({}))));
  return { entries: entries.length, sources: new Set(entries.map(({ source }) => source)), hash: hash.digest('hex') };
}
