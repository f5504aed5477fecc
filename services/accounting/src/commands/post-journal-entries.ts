import { DomainError, notFound } from '@finflow/chassis/errors';
import type { RequestKey } from '@finflow/chassis/idempotency';
import { type ClaimOutcome, claimAll } from '@finflow/chassis/idempotency-batch';
import { newId } from '@finflow/chassis/ids';
import { toOutboxRows } from '@finflow/chassis/outbox/append';
import type { Trace } from '@finflow/chassis/telemetry/batch';
import type { EntityManager } from 'typeorm';
import type { Account } from '../domain/account.ts';
import type { Moment } from '../domain/invoice.ts';
import type { JournalEntry, NewJournalEntry } from '../domain/journal-entry.ts';
import { checkAccountsDiffer, manualLines, type RequestedEntry, requestedAccounts } from '../domain/manual-entry.ts';
import { journalEntryPosted } from '../events/published.ts';
import type { AccountingParts } from '../parts.ts';
import { findAccounts } from '../store/accounts.ts';
import { insertEntries } from '../store/insert-entries.ts';
import { existingInvoices } from '../store/invoices.ts';
import { momentOf, type Organization, takeBooks } from '../store/organizations.ts';
import { readEntries } from '../store/read-entries.ts';
import { completeEntry } from './post-entries.ts';

/** A person's request to post an entry. */
export interface PostingRequest extends RequestedEntry {
  readonly userId: string;
  /** Empty: today in the organization's time zone. */
  readonly date: string;
  readonly description: string;
  /** Empty: none. */
  readonly invoiceId: string;
  readonly key?: RequestKey;
  /** The one its event belongs to. Default: what runs now. */
  readonly trace?: Trace;
}

/** What became of one request: its entry, posted now or at its first coming, or why there is none. */
export type PostingOutcome = { readonly entry: JournalEntry } | { readonly error: unknown };

/**
 * Posts what many people of one organization ask for, in one transaction and one posting statement. A request that
 * cannot be done is told why and does not hold the others up: everything a request can be refused for is checked
 * before anything is stored. What is thrown concerns all of them, and then nothing was stored.
 */
export async function postJournalEntries(
  parts: AccountingParts,
  organizationId: string,
  requests: readonly PostingRequest[],
): Promise<PostingOutcome[]> {
  try {
    return await postAll(parts, organizationId, requests, { repetitionsLikely: false });
  } catch (error) {
    if (!(error instanceof RequestRepeated)) throw error;
    return await postAll(parts, organizationId, requests, { repetitionsLikely: true });
  }
}

/** Some request came before, and what was posted on the assumption that none did is rolled back. */
class RequestRepeated extends Error {}

async function postAll(
  { database, clock }: AccountingParts,
  organizationId: string,
  requests: readonly PostingRequest[],
  { repetitionsLikely }: { repetitionsLikely: boolean },
): Promise<PostingOutcome[]> {
  return await database.tenant(organizationId, async (tx) => {
    // Each statement begins when the one before has ended, so all of them read under the lock: one round trip.
    const [organization, invoices, accounts] = await Promise.all([
      takeBooks(tx, organizationId, 'shared'),
      existingInvoices(
        tx,
        requests.map(({ invoiceId }) => invoiceId),
      ),
      findAccounts(tx, requests.flatMap(requestedAccounts)),
    ]);
    const moment = momentOf(organization, clock);
    const prepared = requests.map((request) =>
      attempt(() => prepareEntry(request, { organization, invoices, accounts, moment })),
    );
    if (repetitionsLikely) {
      const outcomes = await claim(tx, organizationId, requests, prepared);
      await insert(tx, organizationId, requests, outcomes);
      return await answer(tx, outcomes);
    }
    // Requests are rarely repeated, so keys and entries share a round trip, too: 5 % more postings a second.
    const first = prepared.map(
      (request): Outcome => ('entry' in request ? { state: 'first', ...request } : { state: 'refused', ...request }),
    );
    const [outcomes] = await Promise.all([
      claim(tx, organizationId, requests, prepared),
      insert(tx, organizationId, requests, first),
    ]);
    if (outcomes.some(({ state }, index) => state !== first[index]?.state)) throw new RequestRepeated();
    return await answer(tx, outcomes);
  });
}

/** Posts the entries of the requests that came for the first time. */
async function insert(
  tx: EntityManager,
  organizationId: string,
  requests: readonly PostingRequest[],
  outcomes: readonly Outcome[],
): Promise<void> {
  const entries = outcomes.flatMap((outcome) => (outcome.state === 'first' ? [outcome.entry] : []));
  if (entries.length === 0) return;
  const traces = requests.filter((_, index) => outcomes[index]?.state === 'first').map(({ trace }) => trace);
  const events = toOutboxRows(
    tx,
    entries.map((entry, index) => ({ ...journalEntryPosted(entry), trace: traces[index] })),
  );
  const posted = await insertEntries(tx, organizationId, entries, events);
  if (posted.size !== entries.length) throw new Error(`${posted.size} of ${entries.length} entries were posted.`);
}

/** After the posting: of a request that comes twice in a batch, the first one's entry is there by then. */
async function answer(tx: EntityManager, outcomes: readonly Outcome[]): Promise<PostingOutcome[]> {
  const repeated = outcomes.flatMap((outcome) => (outcome.state === 'repeated' ? [outcome.id] : []));
  const earlier = new Map((await readEntries(tx, repeated)).map((entry) => [entry.id, entry]));
  return outcomes.map((outcome): PostingOutcome => {
    if (outcome.state === 'refused') return { error: outcome.error };
    const entry = outcome.state === 'first' ? outcome.entry : earlier.get(outcome.id);
    return entry ? { entry } : { error: new Error('The entry of a repeated request was not found.') };
  });
}

/** What a batch of requests was read against. */
interface Known {
  readonly organization: Organization;
  readonly invoices: ReadonlySet<string>;
  readonly accounts: ReadonlyMap<string, Account>;
  readonly moment: Moment;
}

/** The entry that a request will be, or the error it gets. */
function prepareEntry(request: PostingRequest, { organization, invoices, accounts, moment }: Known): JournalEntry {
  const draft = draftEntry(request, organization, moment);
  if (draft.invoiceId !== undefined && !invoices.has(draft.invoiceId)) {
    throw notFound('INVOICE_NOT_FOUND', 'There is no such invoice.', 'invoice_id');
  }
  const entry = completeEntry(organization.organizationId, draft, accounts);
  checkAccountsDiffer(entry, request);
  return entry;
}

function draftEntry(request: PostingRequest, { currency }: Organization, { now, today }: Moment): NewJournalEntry {
  const id = newId();
  return {
    id,
    source: `manual:${id}`,
    date: request.date || today,
    description: request.description,
    // As the database gives it back, however the request wrote it.
    invoiceId: request.invoiceId.toLowerCase() || undefined,
    createdBy: request.userId,
    createdAt: now,
    lines: manualLines(request, currency),
  };
}

type Outcome =
  | { readonly state: 'first'; readonly entry: JournalEntry }
  | { readonly state: 'repeated'; readonly id: string }
  | { readonly state: 'refused'; readonly error: unknown };

/**
 * Claims the request ids, each with its entry's id: what is posted stays, so a repetition reads it. It gets its first
 * result even where it could not be done any more.
 */
async function claim(
  tx: EntityManager,
  organizationId: string,
  requests: readonly PostingRequest[],
  prepared: readonly Attempt[],
): Promise<Outcome[]> {
  const claims = requests.flatMap(({ key }, index) => {
    const request = prepared[index];
    return key && request ? [{ index, key, result: 'entry' in request ? { id: request.entry.id } : undefined }] : [];
  });
  const claimed = claims.length > 0 ? await claimAll<Pick<JournalEntry, 'id'>>(tx, organizationId, claims) : [];
  const byIndex = new Map<number, ClaimOutcome<Pick<JournalEntry, 'id'>>>();
  for (const [position, { index }] of claims.entries()) byIndex.set(index, claimed[position] ?? { state: 'first' });
  return prepared.map((request, index) => {
    const outcome = byIndex.get(index) ?? { state: 'first' };
    if (outcome.state === 'refused') return outcome;
    if (outcome.state === 'repeated') return { state: 'repeated', id: outcome.result.id };
    return 'error' in request ? { state: 'refused', error: request.error } : { state: 'first', entry: request.entry };
  });
}

type Attempt = { readonly entry: JournalEntry } | { readonly error: DomainError };

/** A refusal is one request's own; anything else is a fault and concerns all. */
function attempt(run: () => JournalEntry): Attempt {
  try {
    return { entry: run() };
  } catch (error) {
    if (error instanceof DomainError) return { error };
    throw error;
  }
}
