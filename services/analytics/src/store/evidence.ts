import type { EntityManager } from 'typeorm';
import type { Evidence } from '../categorization/memory.ts';

/** One feature of a description that people put in a category. */
export interface Lesson {
  readonly feature: string;
  readonly category: string;
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

/** Counts decisions, in key order so that two corrections at once wait for each other instead of deadlocking. */
export async function addEvidence(
  tx: EntityManager,
  organizationId: string,
  lessons: readonly Lesson[],
): Promise<void> {
  await tx.query(
    `insert into category_evidence as e (organization_id, feature, category, decisions)
     select $1, feature, category, count(*) from unnest($2::text[], $3::text[]) as l (feature, category)
     group by feature, category order by feature, category
     on conflict (organization_id, feature, category) do update set decisions = e.decisions + excluded.decisions`,
    [organizationId, ...columns(lessons)],
  );
}

/** Takes decisions back that were counted before. */
export async function removeEvidence(tx: EntityManager, lessons: readonly Lesson[]): Promise<void> {
  const [, count]: [unknown, number] = await tx.query(
    `with taken as (
       select organization_id, feature, category from category_evidence
       where (feature, category) in (select * from unnest($1::text[], $2::text[]))
       order by feature, category for update
     )
     update category_evidence e set decisions = decisions - 1 from taken t
     where e.organization_id = t.organization_id and e.feature = t.feature and e.category = t.category`,
    columns(lessons),
  );
  if (count !== lessons.length) throw new Error(`${count} of ${lessons.length} lessons had been learnt.`);
}

function columns(lessons: readonly Lesson[]): [string[], string[]] {
  return [lessons.map(({ feature }) => feature), lessons.map(({ category }) => category)];
}

/** Version of the features the evidence is under; undefined before anything was asked or learnt. */
export async function memoryVersion(tx: EntityManager): Promise<number | undefined> {
  const [row]: { version: number }[] = await tx.query('select version from category_memories');
  return row?.version;
}

export async function saveMemoryVersion(tx: EntityManager, organizationId: string, version: number): Promise<void> {
  await tx.query(
    `insert into category_memories (organization_id, version) values ($1, $2)
     on conflict (organization_id) do update set version = excluded.version`,
    [organizationId, version],
  );
}

/** Forgets everything that was learnt. */
export async function clearEvidence(tx: EntityManager): Promise<void> {
  await tx.query('delete from category_evidence');
}
