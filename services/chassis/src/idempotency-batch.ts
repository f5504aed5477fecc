import type { EntityManager } from 'typeorm';
import { prepared } from './database/prepared.ts';
import { type RequestKey, type StoredRequest, storedResult } from './idempotency.ts';
import { stringifyTagged } from './tagged-json.ts';

/** One of many requests whose effects share a transaction. */
export interface Claim<T> {
  readonly key: RequestKey;
  /** What it will have done, known beforehand; undefined when it cannot be done: nothing is stored for it then. */
  readonly result: T | undefined;
}

/** `first`: do it now (or report why it cannot be done). Otherwise it came before: its result, or why not. */
export type ClaimOutcome<T> =
  | { readonly state: 'first' }
  | { readonly state: 'repeated'; readonly result: T }
  | { readonly state: 'refused'; readonly error: unknown };

/**
 * `once` for many requests in two statements: claims the keys of those that can be done, with their results, and looks
 * up those that came before, also within this very batch. The transaction must then do what is `first` and commit, or
 * fail as a whole. Outcomes are in the order of the claims.
 */
export async function claimAll<T>(
  tx: EntityManager,
  organizationId: string,
  claims: readonly Claim<T>[],
): Promise<ClaimOutcome<T>[]> {
  const feasible = claims.filter(({ result }) => result !== undefined);
  const claimed = await insertKeys(tx, organizationId, feasible);
  const first = new Set<Claim<T>>();
  for (const claim of feasible) if (claimed.delete(nameOf(claim.key))) first.add(claim);
  const earlier = await findKeys(
    tx,
    organizationId,
    claims.filter((claim) => !first.has(claim)).map(({ key }) => key),
  );
  return claims.map((claim) => {
    const row = first.has(claim) ? undefined : earlier.get(nameOf(claim.key));
    if (first.has(claim) || (!row && claim.result === undefined)) return { state: 'first' };
    try {
      return { state: 'repeated', result: storedResult<T>(row, claim.key) };
    } catch (error) {
      return { state: 'refused', error };
    }
  });
}

/**
 * Returns the names of the keys that were free. Sorted, so that two batches wait for each other in one order only; by
 * position too, so that of a key that comes twice the first is stored, whose effect the batch will have.
 */
async function insertKeys<T>(
  tx: EntityManager,
  organizationId: string,
  claims: readonly Claim<T>[],
): Promise<Set<string>> {
  if (claims.length === 0) return new Set();
  const rows = await prepared<{ method: string; request_id: string }>(
    tx,
    'claim-request-ids',
    `insert into idempotency_keys (organization_id, method, request_id, body_hash, result)
     select $1, k.method, k.request_id, k.hash, k.result
     from unnest($2::text[], $3::text[], $4::bytea[], $5::jsonb[])
       with ordinality as k (method, request_id, hash, result, position)
     order by k.method, k.request_id, k.position
     on conflict do nothing returning method, request_id`,
    [
      organizationId,
      claims.map(({ key }) => key.method),
      claims.map(({ key }) => key.requestId),
      claims.map(({ key }) => key.bodyHash),
      claims.map(({ result }) => stringifyTagged(result)),
    ],
  );
  return new Set(rows.map(({ method, request_id }) => nameOf({ method, requestId: request_id })));
}

async function findKeys(
  tx: EntityManager,
  organizationId: string,
  keys: readonly RequestKey[],
): Promise<Map<string, StoredRequest>> {
  if (keys.length === 0) return new Map();
  const rows: (StoredRequest & { method: string; request_id: string })[] = await tx.query(
    `select i.method, i.request_id, i.body_hash, i.result::text as result
     from unnest($2::text[], $3::text[]) as k (method, request_id)
     join idempotency_keys i on i.organization_id = $1 and i.method = k.method and i.request_id = k.request_id`,
    [organizationId, keys.map(({ method }) => method), keys.map(({ requestId }) => requestId)],
  );
  return new Map(rows.map((row) => [nameOf({ method: row.method, requestId: row.request_id }), row]));
}

function nameOf({ method, requestId }: Pick<RequestKey, 'method' | 'requestId'>): string {
  return `${method}\n${requestId}`;
}
