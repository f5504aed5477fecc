import type { AnalyticsParts } from '../parts.ts';
import { organizationsAfter } from '../store/organizations.ts';
import { lockUnlearnt } from '../store/transactions.ts';
import { learn } from './learn.ts';

/** Decisions that one transaction counts: about a tenth of a second. */
const BATCH = 500;

/**
 * Counts what people decided and this release's memory does not hold yet: everything after a release that changed the
 * features, and otherwise what another release decided during an update. Committed in batches, so a crash loses one of
 * them and nothing counts twice; several processes may run it at once. One organization's failure is logged and does
 * not keep the others waiting.
 *
 * @returns how many decisions were learnt
 */
export async function learnDecisions(parts: AnalyticsParts, signal?: AbortSignal): Promise<number> {
  const { database, logger } = parts;
  let learnt = 0;
  for (let after: string | undefined; ; ) {
    const organizations = await database.system((tx) => organizationsAfter(tx, after));
    for (const organizationId of organizations) {
      try {
        learnt += await learnOf(parts, organizationId, signal);
      } catch (error) {
        logger.error({ err: error, organizationId }, 'decisions could not be learnt');
      }
      if (signal?.aborted) return learnt;
    }
    after = organizations.at(-1);
    if (after === undefined) return learnt;
  }
}

async function learnOf(
  { database }: Pick<AnalyticsParts, 'database'>,
  organizationId: string,
  signal: AbortSignal | undefined,
): Promise<number> {
  let learnt = 0;
  for (let after: string | undefined; !signal?.aborted; ) {
    const batch = await database.tenant(organizationId, async (tx) => {
      const decided = await lockUnlearnt(tx, after, BATCH);
      return { last: decided.at(-1)?.id, learnt: await learn(tx, organizationId, decided) };
    });
    learnt += batch.learnt;
    after = batch.last;
    if (after === undefined) break;
  }
  return learnt;
}
