/** The ways a request can fail, named as gRPC names them. `INTERNAL` is missing on purpose: it is never thrown. */
export type ErrorCode =
  | 'INVALID_ARGUMENT'
  | 'NOT_FOUND'
  | 'ALREADY_EXISTS'
  | 'FAILED_PRECONDITION'
  | 'PERMISSION_DENIED'
  | 'UNAUTHENTICATED'
  | 'RESOURCE_EXHAUSTED'
  | 'ABORTED'
  | 'UNAVAILABLE'
  | 'UNIMPLEMENTED'
  | 'DEADLINE_EXCEEDED';

/** What is wrong with one request field; `field` is its path in the contract's snake_case (`amount.currency_code`). */
export interface FieldViolation {
  readonly field: string;
  readonly description: string;
}

export interface DomainErrorInit {
  readonly code: ErrorCode;
  /** Stable UPPER_SNAKE name, part of the contract: programs branch on it. */
  readonly reason: string;
  /** For people: what went wrong and what to do about it. */
  readonly message: string;
  readonly fields?: readonly FieldViolation[];
  readonly metadata?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/** A failure the caller may see. It becomes a wire error in one place, `rpc/interceptors/errors.ts`. */
export class DomainError extends Error {
  readonly code: ErrorCode;
  readonly reason: string;
  readonly fields: readonly FieldViolation[];
  readonly metadata: Readonly<Record<string, string>>;

  constructor(init: DomainErrorInit) {
    super(init.message, init.cause === undefined ? undefined : { cause: init.cause });
    this.name = 'DomainError';
    this.code = init.code;
    this.reason = init.reason;
    this.fields = init.fields ?? [];
    this.metadata = init.metadata ?? {};
  }
}

/** What the shorthands below take beside their message. `field` alone means: this field, the same words. */
export interface ErrorExtras {
  readonly field?: string;
  readonly fields?: readonly FieldViolation[];
  readonly metadata?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

function domainError(code: ErrorCode, reason: string, message: string, extras: string | ErrorExtras = {}): DomainError {
  const { field, fields, metadata, cause } = typeof extras === 'string' ? { field: extras } : extras;
  return new DomainError({
    code,
    reason,
    message,
    fields: fields ?? (field === undefined ? [] : [{ field, description: message }]),
    metadata,
    cause,
  });
}

/** A value no state could make acceptable. The message names the field: `amount: must be positive`. */
export function invalidArgument(
  reason: string,
  field: string,
  description: string,
  metadata?: Readonly<Record<string, string>>,
): DomainError {
  return new DomainError({
    code: 'INVALID_ARGUMENT',
    reason,
    message: `${field}: ${description}`,
    fields: [{ field, description }],
    metadata,
  });
}

/** The thing named does not exist, or not for this caller. The last argument may be the field that named it. */
export function notFound(reason: string, message: string, extras?: string | ErrorExtras): DomainError {
  return domainError('NOT_FOUND', reason, message, extras);
}

/** Something with this identity is there already. */
export function alreadyExists(reason: string, message: string, extras?: string | ErrorExtras): DomainError {
  return domainError('ALREADY_EXISTS', reason, message, extras);
}

/** The request is well formed, the present state forbids it. Trying again is useless until the state changes. */
export function failedPrecondition(reason: string, message: string, extras?: string | ErrorExtras): DomainError {
  return domainError('FAILED_PRECONDITION', reason, message, extras);
}

/** We know who is asking, and they may not. */
export function permissionDenied(reason: string, message: string, extras?: string | ErrorExtras): DomainError {
  return domainError('PERMISSION_DENIED', reason, message, extras);
}

/** We do not know who is asking. */
export function unauthenticated(reason: string, message: string, extras?: string | ErrorExtras): DomainError {
  return domainError('UNAUTHENTICATED', reason, message, extras);
}

/** A bound was reached: rate, queue or size. */
export function resourceExhausted(reason: string, message: string, extras?: string | ErrorExtras): DomainError {
  return domainError('RESOURCE_EXHAUSTED', reason, message, extras);
}

/** A concurrent change got in the way; trying again from the start may succeed. */
export function aborted(reason: string, message: string, extras?: string | ErrorExtras): DomainError {
  return domainError('ABORTED', reason, message, extras);
}

/** A part we depend on does not answer; the same request may succeed a little later. */
export function unavailable(reason: string, message: string, extras?: string | ErrorExtras): DomainError {
  return domainError('UNAVAILABLE', reason, message, extras);
}

/** The work took longer than it was allowed to. */
export function deadlineExceeded(reason: string, message: string, extras?: string | ErrorExtras): DomainError {
  return domainError('DEADLINE_EXCEEDED', reason, message, extras);
}
