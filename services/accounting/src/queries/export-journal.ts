import { invalidArgument } from '@finflow/chassis/errors';
import type { EntityManager } from 'typeorm';
import type { Account } from '../domain/account.ts';
import type { JournalEntry } from '../domain/journal-entry.ts';
import type { AccountingParts } from '../parts.ts';
import {
  accountsOf,
  type DueDate,
  dueDatesAfter,
  entriesAfter,
  FIRST_ID,
  organizationById,
  organizationsAfter,
} from '../store/export-journal.ts';
import type { Settings } from '../store/organizations.ts';

export interface ExportRequest {
  /** '' for the beginning. */
  readonly pageToken: string;
  /** '' for all organizations. */
  readonly organizationId: string;
  /** With one of these given, nothing else of the organization. */
  readonly entryIds: readonly string[];
  readonly invoiceIds: readonly string[];
}

/** A part of the journal, of one organization. */
export interface ExportedPage {
  readonly organization: Settings;
  readonly entries: readonly JournalEntry[];
  /** Those that the entries name. */
  readonly accounts: readonly Account[];
  readonly dueDates: readonly DueDate[];
  readonly nextPageToken: string;
}

/**
 * The journal, page by page: organizations by id, of each its entries by id, then the due dates of its invoices. Each
 * page is a transaction of its organization; none is open while the reader takes its time, and no snapshot is held:
 * an hour of it would keep the database from cleaning up behind everybody's writes.
 *
 * @throws DomainError INVALID_ARGUMENT `INVALID_PAGE_TOKEN`
 */
export async function* exportJournal(parts: AccountingParts, request: ExportRequest): AsyncGenerator<ExportedPage> {
  const { entryIds, invoiceIds, organizationId: only, pageToken } = request;
  const named = entryIds.length + invoiceIds.length > 0 ? request : undefined;
  const start = positionOf(pageToken);
  for await (const organization of organizationsFrom(parts, only, start)) {
    const { organizationId } = organization;
    let position: Position | undefined =
      start?.organizationId === organizationId ? start : { organizationId, part: 'entries', after: FIRST_ID };
    while (position && position.part !== 'done') {
      const page = await readPage(parts, organization, position, named);
      yield page;
      position = positionOf(page.nextPageToken);
    }
  }
}

/** What is read next: of this organization what comes after this id, or the organizations after it. */
interface Position {
  readonly organizationId: string;
  readonly part: 'entries' | 'invoices' | 'done';
  readonly after: string;
}

const ID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const TOKEN = new RegExp(`^(?<organizationId>${ID})/(?<part>entries|invoices|done)/(?<after>${ID})$`);

function tokenOf(organizationId: string, part: Position['part'], after: string = FIRST_ID): string {
  return `${organizationId}/${part}/${after}`;
}

function positionOf(token: string): Position | undefined {
  if (token === '') return undefined;
  const { organizationId, part, after } = TOKEN.exec(token)?.groups ?? {};
  if (organizationId === undefined || after === undefined) {
    throw invalidArgument('INVALID_PAGE_TOKEN', 'page_token', 'must be the next_page_token of a message before');
  }
  return { organizationId, part: part as Position['part'], after };
}

async function* organizationsFrom(
  { database }: AccountingParts,
  only: string,
  start: Position | undefined,
): AsyncGenerator<Settings> {
  const named = only || (start && start.part !== 'done' ? start.organizationId : '');
  if (named && !(only && start?.part === 'done')) yield* await database.system((tx) => organizationById(tx, named));
  if (only) return;
  let after = start?.organizationId ?? FIRST_ID;
  for (;;) {
    const page = await database.system((tx) => organizationsAfter(tx, after));
    yield* page;
    const last = page.at(-1);
    if (!last) return;
    after = last.organizationId;
  }
}

async function readPage(
  { database }: AccountingParts,
  organization: Settings,
  { organizationId, part, after }: Position,
  named: Pick<ExportRequest, 'entryIds' | 'invoiceIds'> | undefined,
): Promise<ExportedPage> {
  return await database.tenant(organizationId, async (tx) => {
    const entries = part === 'entries' ? await entriesAfter(tx, after, named?.entryIds) : NOTHING;
    const lastEntry = entries.items.at(-1);
    // A page that is not full is the end: whoever waited for an empty one would run after a busy organization for ever.
    if (lastEntry && entries.isFull) {
      return await pageOf(tx, organization, entries.items, [], tokenOf(organizationId, 'entries', lastEntry.id));
    }
    const dueDates = await dueDatesAfter(tx, part === 'invoices' ? after : FIRST_ID, named?.invoiceIds);
    const last = dueDates.items.at(-1);
    const next =
      last && dueDates.isFull ? tokenOf(organizationId, 'invoices', last.invoiceId) : tokenOf(organizationId, 'done');
    return await pageOf(tx, organization, entries.items, dueDates.items, next);
  });
}

const NOTHING = { items: [], isFull: false };

async function pageOf(
  tx: EntityManager,
  organization: Settings,
  entries: readonly JournalEntry[],
  dueDates: readonly DueDate[],
  nextPageToken: string,
): Promise<ExportedPage> {
  return { organization, entries, accounts: await accountsOf(tx, entries), dueDates, nextPageToken };
}
