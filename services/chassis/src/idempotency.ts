import { hash } from 'node:crypto';
import {
  type DescMessage,
  type DescMethod,
  type JsonObject,
  type JsonValue,
  type MessageShape,
  toJson,
} from '@bufbuild/protobuf';
import type { EntityManager } from 'typeorm';
import { prepared } from './database/prepared.ts';
import { leaveToCommit } from './database/transaction.ts';
import { aborted, alreadyExists, type DomainError } from './errors.ts';
import { parseTagged, stringifyTagged } from './tagged-json.ts';

const REQUEST_ID = 'requestId';

/** What makes two requests the same: the method, the client's id, and the hash of everything else in the body. */
export interface RequestKey {
  /** Full name: `finflow.payments.v1.PaymentService.CreatePayment`. */
  readonly method: string;
  readonly requestId: string;
  readonly bodyHash: Buffer;
}

/**
 * The key of a request whose contract has a `request_id`; undefined when the client sent none. Secrets
 * (`debug_redact`) are left out of the hash, so that nothing stored can be used to guess them.
 */
export function requestKey<Input extends DescMessage>(
  method: DescMethod & { input: Input },
  message: MessageShape<Input>,
): RequestKey | undefined {
  const body = toJson(method.input, message) as JsonObject;
  const requestId = body[REQUEST_ID];
  if (typeof requestId !== 'string' || requestId === '') return undefined;
  delete body[REQUEST_ID];
  const bodyHash = hash('sha256', JSON.stringify(canonical(method.input, body)), 'buffer');
  return { method: `${method.parent.typeName}.${method.name}`, requestId, bodyHash };
}

/**
 * The message without its secrets, and its maps in order: they have none on the wire, so the same body must hash the
 * same however their entries came. Fields are in the contract's order already.
 */
function canonical(desc: DescMessage, json: JsonObject): JsonObject {
  for (const field of desc.fields) {
    const value = json[field.jsonName];
    if (value === undefined) continue;
    if (field.proto.options?.debugRedact) delete json[field.jsonName];
    else if (field.fieldKind === 'map') json[field.jsonName] = canonicalMap(field.message, value as JsonObject);
    else if (field.message) for (const part of messagesIn(value)) canonical(field.message, part);
  }
  return json;
}

function canonicalMap(desc: DescMessage | undefined, map: JsonObject): JsonObject {
  if (desc) for (const value of Object.values(map)) for (const part of messagesIn(value)) canonical(desc, part);
  return Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function messagesIn(value: JsonValue): JsonObject[] {
  // Well-known types such as Timestamp are plain strings in JSON.
  return (Array.isArray(value) ? value : [value]).filter(
    (part): part is JsonObject => typeof part === 'object' && part !== null && !Array.isArray(part),
  );
}

/**
 * Runs `run` once for this key and gives every repetition its first result. The key is claimed by an insert: of two
 * requests at the same time the second waits at the unique key until the first commits, and then replays; when the
 * first rolls back, the second runs. So an error of `run` must end the transaction, and nothing is stored.
 *
 * @param run its result is kept as JSON, in which bigint, Date and Buffer survive
 * @throws DomainError ALREADY_EXISTS `REQUEST_ID_REUSED` when the key was used with another body
 */
export async function once<T>(
  tx: EntityManager,
  organizationId: string,
  key: RequestKey | undefined,
  run: () => Promise<T>,
): Promise<T> {
  if (!key) return await run();
  const id = [organizationId, key.method, key.requestId];
  const claimed = await prepared(
    tx,
    'claim-request-id',
    `insert into idempotency_keys (organization_id, method, request_id, body_hash) values ($1, $2, $3, $4)
     on conflict do nothing returning 1`,
    [...id, key.bodyHash],
  );
  if (claimed.length === 0) return await replay<T>(tx, id, key);
  const result = await run();
  const kept = prepared(
    tx,
    'keep-result',
    'update idempotency_keys set result = $4 where organization_id = $1 and method = $2 and request_id = $3',
    [...id, stringifyTagged(result)],
  );
  leaveToCommit(tx, kept);
  return result;
}

/** A row of idempotency_keys, as far as a repetition needs it. */
export interface StoredRequest {
  readonly body_hash: Buffer;
  readonly result: string | null;
}

/**
 * The first result of a request that came before, or undefined when none is committed. For a command whose checks would
 * fail on a repetition because the first succeeded; it claims nothing, so `once` must follow.
 *
 * @throws DomainError ALREADY_EXISTS `REQUEST_ID_REUSED` when the key was used with another body
 */
export async function recall<T>(tx: EntityManager, organizationId: string, key: RequestKey): Promise<T | undefined> {
  const row = await find(tx, [organizationId, key.method, key.requestId]);
  return row && storedResult<T>(row, key);
}

/** Frees the key of a request that is taken back as if it had never come. */
export async function forget(tx: EntityManager, organizationId: string, key: RequestKey | undefined): Promise<void> {
  if (!key) return;
  await tx.query('delete from idempotency_keys where organization_id = $1 and method = $2 and request_id = $3', [
    organizationId,
    key.method,
    key.requestId,
  ]);
}

async function replay<T>(tx: EntityManager, id: string[], key: RequestKey): Promise<T> {
  return storedResult<T>(await find(tx, id), key);
}

async function find(tx: EntityManager, id: string[]): Promise<StoredRequest | undefined> {
  const [row]: StoredRequest[] = await tx.query(
    `select body_hash, result::text as result from idempotency_keys
     where organization_id = $1 and method = $2 and request_id = $3`,
    id,
  );
  return row;
}

/**
 * The first result of a request that came again.
 *
 * @throws DomainError ALREADY_EXISTS `REQUEST_ID_REUSED`, ABORTED `CONCURRENT_CHANGE` when there is no result
 */
export function storedResult<T>(row: StoredRequest | undefined, key: RequestKey): T {
  if (row && !row.body_hash.equals(key.bodyHash)) throw requestIdReused();
  // Pruned between the two statements, or left by a caller that swallowed the error of its own run.
  if (!row?.result) throw aborted('CONCURRENT_CHANGE', 'The first request with this request_id did not finish.');
  return parseTagged(row.result) as T;
}

/** For a repeat whose difference the stored hash does not show: a secret that it leaves out. */
export function requestIdReused(): DomainError {
  return alreadyExists(
    'REQUEST_ID_REUSED',
    'This request_id was used for a request with another body; make a new one for each intent.',
    'request_id',
  );
}
