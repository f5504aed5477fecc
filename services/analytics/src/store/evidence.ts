import type { EntityManager } from 'typeorm';
import { type Evidence, MEMORY_VERSION } from '../categorization/memory.ts';

/** One feature of a description that people put in a category. */
export interface Lesson {
  readonly feature: string;
  readonly category: string;
}

/** A decision that is counted, and as what. */
export interface LearntDecision {
  readonly transactionId: string;
  readonly category: string;
}

// Everything here reads and writes the running release's version alone: during an update two releases count side by side.

/** What people of this organization decided about any of these features. */
export async function evidenceFor(tx: EntityManager, features: readonly string[]): Promise<Evidence> {
  const rows: { feature: string; category: string; decisions: number }[] = await tx.query(
    `select feature, category, decisions from category_evidence
     where memory_version = $1 and feature = any($2::text[])`,
    [MEMORY_VERSION, [...new Set(features)]],
  );
  const evidence = new Map<string, Map<string, number>>();
  for (const { feature, category, decisions } of rows) {
    const counts = evidence.get(feature) ?? new Map<string, number>();
    evidence.set(feature, counts.set(category, decisions));
  }
  return evidence;
}

/** Counts decisions, in key order so that two corrections at once wait for each other instead of deadlocking. */
export async function addEvidence(
  tx: EntityManager,
  organizationId: string,
  lessons: readonly Lesson[],
): Promise<void> {
  await tx.query(
    `insert into category_evidence as e (organization_id, memory_version, feature, category, decisions)
     select $1, $2, feature, category, count(*) from unnest($3::text[], $4::text[]) as l (feature, category)
     group by feature, category order by feature, category
     on conflict (organization_id, memory_version, feature, category)
       do update set decisions = e.decisions + excluded.decisions`,
    [organizationId, MEMORY_VERSION, ...columns(lessons)],
  );
}

/** Takes decisions back that were counted before. */
export async function removeEvidence(tx: EntityManager, lessons: readonly Lesson[]): Promise<void> {
  const [taken]: [{ decisions: number }[], number] = await tx.query(
    `with counted as (
       select feature, category, count(*)::int as decisions
       from unnest($2::text[], $3::text[]) as l (feature, category) group by feature, category
     ), taken as (
       select organization_id, memory_version, feature, category, c.decisions
       from category_evidence e join counted c using (feature, category)
       where memory_version = $1 order by feature, category for update of e
     )
     update category_evidence e set decisions = e.decisions - t.decisions from taken t
     where (e.organization_id, e.memory_version, e.feature, e.category)
         = (t.organization_id, t.memory_version, t.feature, t.category)
     returning t.decisions`,
    [MEMORY_VERSION, ...columns(lessons)],
  );
  const count = taken.reduce((sum, { decisions }) => sum + decisions, 0);
  if (count !== lessons.length) throw new Error(`${count} of ${lessons.length} lessons had been learnt.`);
}

function columns(lessons: readonly Lesson[]): [string[], string[]] {
  return [lessons.map(({ feature }) => feature), lessons.map(({ category }) => category)];
}

/** What decisions on these transactions are counted as; those that are not counted are left out. */
export async function learntDecisions(
  tx: EntityManager,
  transactionIds: readonly string[],
): Promise<Map<string, string>> {
  const rows: LearntDecision[] = await tx.query(
    `select transaction_id as "transactionId", category from learnt_decisions
     where memory_version = $1 and transaction_id = any($2::uuid[])`,
    [MEMORY_VERSION, transactionIds],
  );
  return new Map(rows.map(({ transactionId, category }) => [transactionId, category]));
}

export async function saveLearntDecisions(
  tx: EntityManager,
  organizationId: string,
  decisions: readonly LearntDecision[],
): Promise<void> {
  await tx.query(
    `insert into learnt_decisions (organization_id, memory_version, transaction_id, category)
     select $1, $2, * from unnest($3::uuid[], $4::text[])
     on conflict (organization_id, memory_version, transaction_id) do update set category = excluded.category`,
    [
      ...[organizationId, MEMORY_VERSION],
      ...[decisions.map(({ transactionId }) => transactionId), decisions.map(({ category }) => category)],
    ],
  );
}
