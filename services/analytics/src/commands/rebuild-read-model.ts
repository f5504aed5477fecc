import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from '@finflow/chassis/database/database';
import { newId } from '@finflow/chassis/ids';
import { OperatorError } from '@finflow/chassis/operator-error';
import type { EntityManager } from 'typeorm';
import type { JournalSource } from '../domain/journal-source.ts';
import {
  ASKED_TOGETHER,
  countOnTheirWay,
  databaseNow,
  entriesToAskFor,
  invoicesToAskFor,
  type NamedId,
  noteStrays,
  type RebuildScope,
} from '../store/catch-up.ts';
import { type Drift, readDrift } from '../store/drift.ts';
import {
  analyzeShadow,
  applyNamed,
  applyPage,
  assertOwnShadow,
  dropShadow,
  makeShadow,
  releaseRebuildLock,
  takeRebuildLock,
} from '../store/shadow.ts';
import { holdConsumers, type Swapped, swapIn } from '../store/swap.ts';

/** What a rebuild works with. */
export interface RebuildParts {
  /** Connected as the owner of the analytics database. */
  readonly database: Database;
  readonly journal: JournalSource;
}

export interface RebuildRequest {
  /** Undefined for all organizations. */
  readonly organizationId?: string;
  /** Whether the live read model is to be replaced; otherwise it is only compared. */
  readonly swap: boolean;
  /** How long to wait for what is on its way to the live model before comparing, in milliseconds. Default 60 s. */
  readonly arrivalMs?: number;
  /** Told of what is done, now and then. */
  readonly onProgress?: (progress: RebuildProgress) => void;
}

export interface RebuildProgress {
  readonly step: 'copying' | 'arriving' | 'comparing' | 'swapping';
  readonly organizations: number;
  readonly entries: number;
}

export interface RebuildOutcome {
  readonly organizations: number;
  readonly entries: number;
  /** How long copying the journal took. */
  readonly copySeconds: number;
  /** How the live model differed, before the swap if there was one. */
  readonly drift: Drift;
  /** Absent when nothing was to be swapped. */
  readonly swapped?: Swapped;
}

const ARRIVAL_POLL_MS = 200;

/**
 * Builds the read model anew from accounting's journal, beside the live one, compares the two, and replaces the live one
 * by it when asked to. The service runs on: its consumers wait for the moment of the swap, its readers do not, as long as
 * the service has more connections than deliveries at a time.
 *
 * What makes it exact is that an entry's event has the entry's id. The inbox thus says which entries the live model
 * holds, and the shadow keeps which are in it, so no common point in time is needed:
 * 1. The shadow reads the journal. Entries posted meanwhile may be missed.
 * 2. Those of them that the live model received are asked for by id, lastly with the consumers held: the shadow has all
 *    that the live model has. Entries that neither has will come as events.
 * 3. With the swap, entries whose events are still to come are marked as received.
 *
 * A crash leaves the live model as it was: everything of it is written in one transaction.
 *
 * @throws OperatorError when another rebuild runs, when accounting has no books of what was asked for while the read
 *   model has, or neither has
 */
export async function rebuildReadModel(parts: RebuildParts, request: RebuildRequest): Promise<RebuildOutcome> {
  const { database } = parts;
  const session = database.dataSource.createQueryRunner();
  try {
    if (!(await takeRebuildLock(session.manager))) {
      throw new OperatorError('A rebuild of this database is running already; wait until it has ended.');
    }
    const run = newId();
    const startedAt = await database.system(async (tx) => {
      await makeShadow(tx, run);
      return await databaseNow(tx);
    });
    try {
      return await rebuild(parts, request, { organizationId: request.organizationId, startedAt }, run);
    } finally {
      // A failure here must not hide the one before; the next run drops what is left.
      await database.system(dropShadow).catch(() => undefined);
    }
  } finally {
    // A pooled connection would keep it.
    await releaseRebuildLock(session.manager);
    await session.release();
  }
}

async function rebuild(
  parts: RebuildParts,
  request: RebuildRequest,
  scope: RebuildScope,
  run: string,
): Promise<RebuildOutcome> {
  const { database } = parts;
  const { swap, arrivalMs = 60_000, onProgress = () => undefined } = request;
  const copied = await copyJournal(parts, request, run);
  await database.system(analyzeShadow);
  // Until a round finds little: what comes from then on is left for the last transaction. Never until there is nothing,
  // which under load would never be.
  while ((await database.system((tx) => catchUp(tx, parts, scope))) >= ASKED_TOGETHER);
  onProgress({ step: 'arriving', ...copied });
  await arrivals(database, arrivalMs);
  onProgress({ step: swap ? 'swapping' : 'comparing', ...copied });

  // With consumers held, each statement sees all they did; without, one snapshot shows figures and inbox as of one time.
  const isolation = swap ? {} : ({ isolation: 'REPEATABLE READ' } as const);
  return await database.system(async (tx) => {
    await assertOwnShadow(tx, run);
    if (swap) await holdConsumers(tx);
    while ((await catchUp(tx, parts, scope)) > 0);
    const drift = await readDrift(tx, scope.organizationId);
    if (scope.organizationId !== undefined && copied.organizations === 0 && drift.strayOrganizations.length === 0) {
      throw new OperatorError(
        `Neither accounting nor the read model knows the organization ${scope.organizationId}: look for a slip in its id.`,
      );
    }
    if (!swap) return { ...copied, drift };
    if (copied.organizations === 0 && drift.strayOrganizations.length > 0) {
      const whose = scope.organizationId === undefined ? 'at all' : `of ${scope.organizationId}`;
      throw new OperatorError(`Accounting has no books ${whose}, and the read model has: is ACCOUNTING_ADDRESS right?`);
    }
    return { ...copied, drift, swapped: await swapIn(tx, scope.organizationId) };
  }, isolation);
}

async function copyJournal(
  { database, journal }: RebuildParts,
  { organizationId, onProgress = () => undefined }: RebuildRequest,
  run: string,
): Promise<Pick<RebuildOutcome, 'organizations' | 'entries' | 'copySeconds'>> {
  const startedMs = performance.now();
  let organizations = 0;
  let entries = 0;
  let last: string | undefined;
  for await (const page of journal.pages(organizationId)) {
    await database.tenant(page.organizationId, async (tx) => {
      await assertOwnShadow(tx, run);
      await applyPage(tx, page);
    });
    if (page.organizationId !== last) organizations += 1;
    last = page.organizationId;
    entries += page.entries.length;
    onProgress({ step: 'copying', organizations, entries });
  }
  return { organizations, entries, copySeconds: (performance.now() - startedMs) / 1000 };
}

/** One round of asking for what the live model has and the shadow lacks; how much that was. */
async function catchUp(tx: EntityManager, { journal }: RebuildParts, scope: RebuildScope): Promise<number> {
  const entries = await entriesToAskFor(tx, scope);
  const invoices = await invoicesToAskFor(tx, scope);
  const entriesOf = Map.groupBy(entries, ({ organizationId }) => organizationId);
  const invoicesOf = Map.groupBy(invoices, ({ organizationId }) => organizationId);
  for (const organizationId of new Set([...entriesOf.keys(), ...invoicesOf.keys()])) {
    const entryIds = idsOf(entriesOf.get(organizationId));
    const invoiceIds = idsOf(invoicesOf.get(organizationId));
    const found = await journal.named(organizationId, { entryIds, invoiceIds });
    await applyNamed(tx, organizationId, found);
    const known = new Set([...found.entries.map(({ id }) => id), ...found.dueDates.map(({ invoiceId }) => invoiceId)]);
    const strays = [...entryIds, ...invoiceIds].filter((id) => !known.has(id));
    await noteStrays(tx, organizationId, strays);
  }
  return entries.length + invoices.length;
}

function idsOf(named: readonly NamedId[] = []): string[] {
  return named.map(({ id }) => id);
}

/** Waits until the live model has received what is on its way, so that it is not taken for drift. */
async function arrivals(database: Database, atMostMs: number): Promise<void> {
  const deadline = performance.now() + atMostMs;
  while (performance.now() < deadline) {
    if ((await database.system(countOnTheirWay)) === 0) return;
    await delay(ARRIVAL_POLL_MS);
  }
}
