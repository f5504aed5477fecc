import type { EntityManager } from 'typeorm';
import type { Evidence } from '../categorization/memory.ts';

/** One feature's count for a category, to be added (or, below zero, taken back). */
export interface EvidenceChange {
  readonly feature: string;
  readonly category: string;
  readonly decisions: number;
}

/** What people of this organization decided about any of these features. */
export async function evidenceFor(tx: EntityManager, features: readonly string[]): Promise<Evidence> {
  const rows: { feature: string; category: string; decisions: number }[] = await tx.query(
    'select feature, category, decisions from category_evidence where feature = any($1::text[])',
    [[...new Set(features)]],
  );
  const evidence = new Map<string, Map<string, number>>();
  for (const { feature, category, decisions } of rows) {
    const counts = evidence.get(feature) ?? new Map<string, number>();
    evidence.set(feature, counts.set(category, decisions));
  }
  return evidence;
}

/**
 * Lets corrections of one organization go on beside each other, and a rebuild only by itself: what is learnt between
 * its clearing and its counting would count twice. Held until the transaction ends.
 */
export async function lockEvidence(tx: EntityManager, organizationId: string, mode: 'shared' | 'alone'): Promise<void> {
  const lock = mode === 'shared' ? 'pg_advisory_xact_lock_shared' : 'pg_advisory_xact_lock';
  await tx.query(`select ${lock}(hashtextextended('category_evidence', 0) # hashtextextended($1, 0))`, [
    organizationId,
  ]);
}

/** Adds counts, in key order so that two corrections at once wait for each other instead of deadlocking. */
export async function changeEvidence(
  tx: EntityManager,
  organizationId: string,
  changes: readonly EvidenceChange[],
): Promise<void> {
  await tx.query(
    `insert into category_evidence as e (organization_id, feature, category, decisions)
     select $1, feature, category, sum(decisions) from unnest($2::text[], $3::text[], $4::int[])
       as c (feature, category, decisions)
     group by feature, category having sum(decisions) <> 0 order by feature, category
     on conflict (organization_id, feature, category) do update set decisions = e.decisions + excluded.decisions`,
    [
      organizationId,
      changes.map(({ feature }) => feature),
      changes.map(({ category }) => category),
      changes.map(({ decisions }) => decisions),
    ],
  );
}

/** Forgets everything that was learnt. */
export async function clearEvidence(tx: EntityManager): Promise<void> {
  await tx.query('delete from category_evidence');
}
