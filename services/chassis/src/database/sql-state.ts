import { DomainError } from '../errors.ts';

/** PostgreSQL's SQLSTATE, or the system's error code (`ECONNRESET`), wherever the driver or TypeORM put it. */
export function sqlState(error: unknown): string | undefined {
  return property(error, 'code');
}

/** The constraint a statement ran into (SQLSTATE class 23), by which commands tell one violation from another. */
export function violatedConstraint(error: unknown): string | undefined {
  return sqlState(error)?.startsWith('23') ? property(error, 'constraint') : undefined;
}

/** A transaction that lost against another one and may win when run again: serialization failure, deadlock. */
export function isConflict(error: unknown): boolean {
  const state = sqlState(error);
  return state === '40001' || state === '40P01';
}

/**
 * The database cannot work for us now, whatever we ask: connection lost or refused, shutting down or starting up,
 * failed over to a read-only server, out of connections, memory or disk.
 */
export function isUnavailable(error: unknown): boolean {
  const state = sqlState(error);
  if (state !== undefined && UNAVAILABLE.has(state)) return true;
  if (state?.startsWith('08')) return true;
  const message = error instanceof Error ? error.message : '';
  return DRIVER_MESSAGE.test(message);
}

/** Whether the same work may succeed later unchanged. Nothing transient is ever treated as a poison record. */
export function isTransient(error: unknown): boolean {
  if (error instanceof DomainError) return TRANSIENT_CODES.has(error.code);
  return isConflict(error) || isUnavailable(error) || sqlState(error) === LOCK_NOT_AVAILABLE;
}

const LOCK_NOT_AVAILABLE = '55P03';

const UNAVAILABLE = new Set([
  ...['57P01', '57P02', '57P03', '57P05', '25006', '25P03', '53000', '53100', '53200', '53300', '57014'],
  ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'],
]);

/** The driver's own errors have no code. */
const DRIVER_MESSAGE = new RegExp(
  `^(${[
    'Connection terminated',
    'Client has encountered a connection error',
    'timeout exceeded when trying to connect',
    'Cannot use a pool after calling end',
    // TypeORM's word to the next statement of a transaction whose connection was lost after the one before.
    'Query runner already released',
  ].join('|')})`,
);

const TRANSIENT_CODES = new Set(['UNAVAILABLE', 'ABORTED', 'DEADLINE_EXCEEDED', 'RESOURCE_EXHAUSTED']);

function property(error: unknown, name: 'code' | 'constraint'): string | undefined {
  // A DomainError has a code of its own kind; what the database said is its cause.
  const own = error instanceof DomainError ? undefined : (error as Record<string, unknown> | undefined)?.[name];
  if (typeof own === 'string') return own;
  const inner = (error as { driverError?: unknown; cause?: unknown; errors?: unknown[] } | undefined) ?? {};
  // An AggregateError holds one error for each address of a host.
  for (const next of [inner.driverError, inner.cause, inner.errors?.[0]]) {
    const found = next === undefined || next === error ? undefined : property(next, name);
    if (found !== undefined) return found;
  }
  return undefined;
}
