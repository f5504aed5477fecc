import { once, type RequestKey } from '@finflow/chassis/idempotency';
import type { EntityManager } from 'typeorm';
import type { AccountingParts, Actor } from '../parts.ts';

/** One transaction of the actor's organization in which `run` happens once for the request's key. */
export async function mutate<T>(
  { database }: AccountingParts,
  { organizationId }: Actor,
  key: RequestKey | undefined,
  run: (tx: EntityManager) => Promise<T>,
): Promise<T> {
  return await database.tenant(organizationId, (tx) => once(tx, organizationId, key, () => run(tx)));
}
