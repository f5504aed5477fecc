import type { EntityManager } from 'typeorm';

/** Something the processor has not decided. */
export interface Unsettled {
  readonly organizationId: string;
  readonly subject: 'PAYMENT' | 'REFUND';
  readonly subjectId: string;
}

/** Asks for the processor to be asked about this, from `dueAt` on. */
export async function scheduleReconciliation(
  tx: EntityManager,
  { organizationId, subject, subjectId }: Unsettled,
  dueAt: Date,
): Promise<void> {
  await tx.query(
    `insert into reconciliations (organization_id, subject, subject_id, due_at) values ($1, $2, $3, $4)
     on conflict do nothing`,
    [organizationId, subject, subjectId, dueAt],
  );
}

/** It is decided: nobody asks any more. */
export async function endReconciliation(
  tx: EntityManager,
  { organizationId, subject, subjectId }: Unsettled,
): Promise<void> {
  await tx.query('delete from reconciliations where organization_id = $1 and subject = $2 and subject_id = $3', [
    organizationId,
    subject,
    subjectId,
  ]);
}

/**
 * Takes what is due, for the system scope. What is taken becomes due again after a time that doubles with each attempt
 * up to a quarter of an hour, so whoever takes it may die; two instances at once take different rows.
 */
export async function takeDue(tx: EntityManager, now: Date, limit: number, firstWaitMs: number): Promise<Unsettled[]> {
  return await tx.query(
    `with due as (
       select organization_id, subject, subject_id from reconciliations
       where due_at <= $1 order by due_at limit $2 for update skip locked
     ), taken as (
       update reconciliations r set attempts = r.attempts + 1,
         due_at = $1::timestamptz
           + least(interval '15 minutes', $3 * interval '1 millisecond' * power(2, least(r.attempts, 20)))
       from due d
       where r.organization_id = d.organization_id and r.subject = d.subject and r.subject_id = d.subject_id
       returning r.organization_id, r.subject, r.subject_id
     )
     select organization_id as "organizationId", subject, subject_id as "subjectId" from taken`,
    [now, limit, firstWaitMs],
  );
}

/** How many payments and refunds are undecided, and how often the longest-standing was asked about; for the system scope. */
export async function countUndecided(
  tx: EntityManager,
): Promise<{ subject: Unsettled['subject']; count: number; attempts: number }[]> {
  return await tx.query(
    `select s.subject, count(r.subject_id)::int as count, coalesce(max(r.attempts), 0) as attempts
     from (values ('PAYMENT'), ('REFUND')) as s (subject) left join reconciliations r on r.subject = s.subject
     group by s.subject`,
  );
}
