import { containing } from '@finflow/chassis/database/text-search';
import { notFound } from '@finflow/chassis/errors';
import { applyListing, type ListRequest, parseListing, type SortField, toPage } from '@finflow/chassis/paging';
import type { EntityManager, SelectQueryBuilder } from 'typeorm';
import { accountReference, referenceKey, unknownAccount } from '../domain/account.ts';
import type { JournalEntry } from '../domain/journal-entry.ts';
import type { AccountingParts, Actor } from '../parts.ts';
import { findAccounts } from '../store/accounts.ts';
import { organizationOf } from '../store/organizations.ts';
import { type JournalEntryRow, JournalEntrySchema, withLines } from '../store/read-entries.ts';

/** Filters combine with AND; what is empty filters nothing. */
export interface JournalFilters {
  /** Entries with a line on this account: id or code. */
  readonly account: string;
  readonly invoiceId: string;
  /** Part of description or source, whatever the case. */
  readonly query: string;
  readonly dateFrom: string;
  readonly dateTo: string;
}

export interface JournalPage {
  readonly entries: readonly JournalEntry[];
  readonly nextPageToken: string;
  /** On all pages. */
  readonly totalSize: number;
}

const allowed: Readonly<Record<string, SortField<JournalEntryRow>>> = {
  date: { sql: 'entry.date', type: 'date', value: ({ date }) => date },
  // An entry's id is a UUIDv7 made when it was: the same order, with the primary key as its index.
  created_at: { sql: 'entry.id', type: 'uuid', value: ({ id }) => id },
};
const tieBreaker: SortField<JournalEntryRow> = { sql: 'entry.id', type: 'uuid', value: ({ id }) => id };

/**
 * One page of the journal.
 *
 * @throws DomainError INVALID_ARGUMENT `INVALID_PAGE_TOKEN`, `INVALID_ORDER_BY`; NOT_FOUND `ACCOUNT_NOT_FOUND`;
 *   UNAVAILABLE `BOOKS_NOT_OPEN`
 */
export async function listJournalEntries(
  { database }: AccountingParts,
  actor: Actor,
  filters: JournalFilters,
  request: ListRequest,
): Promise<JournalPage> {
  const listing = parseListing(request, { allowed, defaultOrder: 'date desc', tieBreaker, filters });
  return await database.tenant(actor.organizationId, async (tx) => {
    const accountId = filters.account === '' ? undefined : await accountIdOf(tx, filters.account);
    const matching = () => filtered(tx.createQueryBuilder(JournalEntrySchema, 'entry'), filters, accountId);
    const totalSize = await matching().getCount();
    const { rows, nextPageToken } = toPage(listing, await applyListing(matching(), listing).getMany());
    return { entries: await withLines(tx, rows), nextPageToken, totalSize };
  });
}

async function accountIdOf(tx: EntityManager, text: string): Promise<string> {
  const reference = accountReference(text);
  const account = (await findAccounts(tx, [reference])).get(referenceKey(reference));
  if (account) return account.id;
  // Before the books are open nobody can say that there is none.
  await organizationOf(tx);
  throw notFound('ACCOUNT_NOT_FOUND', unknownAccount(reference), 'account');
}

function filtered(
  query: SelectQueryBuilder<JournalEntryRow>,
  { invoiceId, query: text, dateFrom, dateTo }: JournalFilters,
  accountId: string | undefined,
): SelectQueryBuilder<JournalEntryRow> {
  if (accountId !== undefined) {
    query.andWhere(
      `exists (select from journal_lines l where l.organization_id = entry.organizationId and l.entry_id = entry.id
         and l.account_id = :accountId)`,
      { accountId },
    );
  }
  if (invoiceId !== '') query.andWhere('entry.invoiceId = :invoiceId', { invoiceId });
  if (text !== '') {
    query.andWhere('(entry.description ilike :text or entry.source ilike :text)', { text: containing(text) });
  }
  if (dateFrom !== '') query.andWhere('entry.date >= :dateFrom', { dateFrom });
  if (dateTo !== '') query.andWhere('entry.date <= :dateTo', { dateTo });
  return query;
}
