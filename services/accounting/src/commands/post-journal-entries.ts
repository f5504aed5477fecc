import { DomainError, notFound } from '@finflow/chassis/errors';
import type { RequestKey } from '@finflow/chassis/idempotency';
import { type ClaimOutcome, claimAll } from '@finflow/chassis/idempotency-batch';
import { newId } from '@finflow/chassis/ids';
import { toOutboxRows } from '@finflow/chassis/outbox/append';
import type { EntityManager } from 'typeorm';
import type { Moment } from '../domain/invoice.ts';
import type { JournalEntry, NewJournalEntry } from '../domain/journal-entry.ts';
import { checkAccountsDiffer, manualLines, type RequestedEntry } from '../domain/manual-entry.ts';
import { journalEntryPosted } from '../events/published.ts';
import type { AccountingParts } from '../parts.ts';
import { findAccounts } from '../store/accounts.ts';
import { insertEntries } from '../store/insert-entries.ts';
import { existingInvoices } from '../store/invoices.ts';
import { momentOf, type Organization, takeBooks } from '../store/organizations.ts';
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
}

/** What became of one request: its entry, posted now or at its first coming, or why there is none. */
export type PostingOutcome = { readonly entry: JournalEntry } | { readonly error: unknown };

/**
 * Posts what many people of one organization ask for, in one transaction and one posting statement. A request that
 * cannot be done is told why and does not hold the others up: everything a request can be refused for is checked
 * before anything is stored. What is thrown concerns all of them, and then nothing was stored.
 */
export async function postJournalEntries(
  { database, clock }: AccountingParts,
  organizationId: string,
  requests: readonly PostingRequest[],
): Promise<PostingOutcome[]> {
  return await database.tenant(organizationId, async (tx) => {
    const organization = await takeBooks(tx, organizationId, 'shared');
    const feasible = await prepare(tx, organization, requests, momentOf(organization, clock));
    const outcomes = await claim(tx, organizationId, requests, feasible);
    const entries = outcomes.flatMap((outcome) => (outcome.state === 'first' ? [outcome.entry] : []));
    if (entries.length > 0) {
      const posted = await insertEntries(tx, organizationId, entries, toOutboxRows(entries.map(journalEntryPosted)));
      if (posted.size !== entries.length) throw new Error(`${posted.size} of ${entries.length} entries were posted.`);
    }
    return outcomes.map((outcome) =>
      outcome.state === 'refused' ? { error: outcome.error } : { entry: outcome.entry },
    );
  });
}

type Prepared = { readonly entry: JournalEntry } | { readonly error: DomainError };

/** Each request as the entry it will be, or the error it gets: two reads for all of them. */
async function prepare(
  tx: EntityManager,
  organization: Organization,
  requests: readonly PostingRequest[],
  moment: Moment,
): Promise<Prepared[]> {
  const drafts = requests.map((request) => attempt(() => draftEntry(request, organization, moment)));
  const invoices = await existingInvoices(
    tx,
    requests.map(({ invoiceId }) => invoiceId),
  );
  const accounts = await findAccounts(
    tx,
    drafts.flatMap((draft) => ('entry' in draft ? draft.entry.lines.map(({ account }) => account) : [])),
  );
  return drafts.map((draft, index) => {
    const request = requests[index];
    if ('error' in draft || !request) return draft as Prepared;
    return attempt(() => {
      const { invoiceId } = draft.entry;
      if (invoiceId !== undefined && !invoices.has(invoiceId)) {
        throw notFound('INVOICE_NOT_FOUND', 'There is no such invoice.', 'invoice_id');
      }
      const entry = completeEntry(organization.organizationId, draft.entry, accounts);
      checkAccountsDiffer(entry, request);
      return entry;
    });
  });
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
  | { readonly state: 'first' | 'repeated'; readonly entry: JournalEntry }
  | { readonly state: 'refused'; readonly error: unknown };

/** Claims the request ids. A repetition gets its first result even where it could not be done any more. */
async function claim(
  tx: EntityManager,
  organizationId: string,
  requests: readonly PostingRequest[],
  prepared: readonly Prepared[],
): Promise<Outcome[]> {
  const claims = requests.flatMap(({ key }, index) => {
    const request = prepared[index];
    return key && request ? [{ index, key, result: 'entry' in request ? request.entry : undefined }] : [];
  });
  const claimed = claims.length > 0 ? await claimAll<JournalEntry>(tx, organizationId, claims) : [];
  const byIndex = new Map<number, ClaimOutcome<JournalEntry>>();
  for (const [position, { index }] of claims.entries()) byIndex.set(index, claimed[position] ?? { state: 'first' });
  return prepared.map((request, index) => {
    const outcome = byIndex.get(index) ?? { state: 'first' };
    if (outcome.state === 'refused') return outcome;
    if (outcome.state === 'repeated') return { state: 'repeated', entry: outcome.result };
    return 'error' in request ? { state: 'refused', error: request.error } : { state: 'first', entry: request.entry };
  });
}

/** A refusal is one request's own; anything else is a fault and concerns all. */
function attempt<T>(run: () => T): { readonly entry: T } | { readonly error: DomainError } {
  try {
    return { entry: run() };
  } catch (error) {
    if (error instanceof DomainError) return { error };
    throw error;
  }
}
