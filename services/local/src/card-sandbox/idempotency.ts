import { createHash } from 'node:crypto';
import type { Reply } from './call.ts';
import { invalidRequest, SandboxError } from './errors.ts';
import type { Transaction } from './store.ts';

const MAX_KEY = 255;

export interface IdempotentRequest {
  readonly key: string;
  readonly method: string;
  readonly path: string;
  readonly encodedParams: string;
  readonly requestId: string;
  readonly now: Date;
}

/** An answer as it goes out; `original` names the request that was first to give it, when this one repeats it. */
export interface RecordedReply {
  readonly status: number;
  readonly body: string;
  readonly original?: string;
}

/**
 * Runs a request once per key: a repeat gets the first answer, declines included; other parameters are an
 * `idempotency_error`, and so is a repeat while the first is still running (409, which the SDK retries). The key is
 * stored in the transaction of its effects, so a crash keeps both or neither.
 */
export async function idempotently(
  tx: Transaction,
  request: IdempotentRequest,
  run: () => Promise<Reply>,
): Promise<RecordedReply> {
  if (request.key.length > MAX_KEY) throw invalidRequest(`Idempotency keys have at most ${MAX_KEY} characters.`);
  await lockKey(tx, request.key);
  const fingerprint = fingerprintOf(request);
  const [known] = await tx.query<{ fingerprint: string; request_id: string; status: number; body: string }>(
    'SELECT fingerprint, request_id, status, body FROM idempotency_keys WHERE key = $1',
    [request.key],
  );
  if (known) {
    if (known.fingerprint !== fingerprint) throw otherParameters(request.key);
    return { status: known.status, body: known.body, original: known.request_id };
  }
  const reply = await run();
  const body = JSON.stringify(reply.body);
  await tx.query(
    'INSERT INTO idempotency_keys (key, fingerprint, request_id, status, body, created_at) VALUES ($1, $2, $3, $4, $5, $6)',
    [request.key, fingerprint, request.requestId, reply.status, body, request.now],
  );
  return { status: reply.status, body };
}

async function lockKey(tx: Transaction, key: string): Promise<void> {
  const [row] = await tx.query<{ locked: boolean }>(
    'SELECT pg_try_advisory_xact_lock(hashtextextended($1, 7310002)) AS locked',
    [key],
  );
  if (!row?.locked) {
    throw new SandboxError(409, {
      type: 'idempotency_error',
      code: 'idempotency_key_in_use',
      message: `There is currently another in-progress request using this Idempotent Key: ${key}.`,
    });
  }
}

/** The same parameters in another order are the same request. */
function fingerprintOf({ method, path, encodedParams }: IdempotentRequest): string {
  const params = encodedParams.split('&').sort().join('&');
  return createHash('sha256').update(`${method} ${path}\n${params}`).digest('hex');
}

function otherParameters(key: string): SandboxError {
  return new SandboxError(400, {
    type: 'idempotency_error',
    message:
      'Keys for idempotent requests can only be used with the same parameters they were first used with. ' +
      `Try using a key other than '${key}' if you meant to execute a different request.`,
  });
}
