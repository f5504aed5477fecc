import type { EntityManager } from 'typeorm';
import type { AnalyticsParts } from '../parts.ts';
import { addEvidence, clearEvidence, lockEvidence } from '../store/evidence.ts';
import { decidedByPeople } from '../store/transactions.ts';
import { lessonsOf } from './learn.ts';

const BATCH = 500;
const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/**
 * Rebuilds what an organization's model has learnt from the decisions its people made, for when the features of a
 * description change. The result depends on the decisions alone, not on their order.
 * @returns how many decisions there were
 */
export async function relearn({ database }: Pick<AnalyticsParts, 'database'>, organizationId: string): Promise<number> {
  return await database.tenant(organizationId, async (tx) => {
    await lockEvidence(tx, organizationId, 'alone');
    await clearEvidence(tx);
    return await learnAgain(tx, organizationId);
  });
}

async function learnAgain(tx: EntityManager, organizationId: string): Promise<number> {
  let count = 0;
  for (let last = FIRST_ID; ; ) {
    const decided = await decidedByPeople(tx, last, BATCH);
    await addEvidence(tx, organizationId, decided.flatMap(lessonsOf));
    count += decided.length;
    last = decided.at(-1)?.id ?? last;
    if (decided.length < BATCH) return count;
  }
}
