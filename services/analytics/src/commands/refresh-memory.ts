import type { EntityManager } from 'typeorm';
import { MEMORY_VERSION } from '../categorization/memory.ts';
import { addEvidence, clearEvidence, lockEvidence, memoryVersion, saveMemoryVersion } from '../store/evidence.ts';
import { decidedByPeople } from '../store/transactions.ts';
import { lessonsOf } from './learn.ts';

const BATCH = 500;
const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/**
 * Makes what an organization's people taught readable by today's features: learnt under others, it is rebuilt from the
 * decisions themselves. The result depends on the decisions alone, not on their order. Costs one read where there is
 * nothing to do; at 100,000 decisions, a few seconds once a release that changes the features.
 */
export async function refreshMemory(tx: EntityManager, organizationId: string): Promise<void> {
  if ((await memoryVersion(tx)) === MEMORY_VERSION) return;
  await lockEvidence(tx, organizationId, 'alone');
  if ((await memoryVersion(tx)) === MEMORY_VERSION) return;
  await clearEvidence(tx);
  for (let last = FIRST_ID; ; ) {
    const decided = await decidedByPeople(tx, last, BATCH);
    await addEvidence(tx, organizationId, decided.flatMap(lessonsOf));
    last = decided.at(-1)?.id ?? last;
    if (decided.length < BATCH) break;
  }
  await saveMemoryVersion(tx, organizationId, MEMORY_VERSION);
}
