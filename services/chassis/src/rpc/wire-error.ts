import { pathToString } from '@bufbuild/protobuf/reflect';
import { CompilationError, RuntimeError, ValidationError, type Violation } from '@bufbuild/protovalidate';
import { Code, ConnectError } from '@connectrpc/connect';
import { ErrorDetailSchema } from '@finflow/proto/finflow/common/v1/error_pb';
import { DomainError, type ErrorCode, type FieldViolation } from '../errors.ts';
import { oneOf } from './malformed-field.ts';

const codes: Readonly<Record<ErrorCode, Code>> = {
  INVALID_ARGUMENT: Code.InvalidArgument,
  NOT_FOUND: Code.NotFound,
  ALREADY_EXISTS: Code.AlreadyExists,
  FAILED_PRECONDITION: Code.FailedPrecondition,
  PERMISSION_DENIED: Code.PermissionDenied,
  UNAUTHENTICATED: Code.Unauthenticated,
  RESOURCE_EXHAUSTED: Code.ResourceExhausted,
  ABORTED: Code.Aborted,
  UNAVAILABLE: Code.Unavailable,
  UNIMPLEMENTED: Code.Unimplemented,
  DEADLINE_EXCEEDED: Code.DeadlineExceeded,
};

const maxNamedViolations = 3;
const maxViolations = 50;

/** An error as FinFlow's contract shapes it: a code, a message for people, and one ErrorDetail for programs. */
export function wireError(
  code: Code,
  reason: string,
  message: string,
  detail: { fields?: readonly FieldViolation[]; metadata?: Readonly<Record<string, string>>; cause?: unknown } = {},
): ConnectError {
  return new ConnectError(
    message,
    code,
    undefined,
    [
      {
        desc: ErrorDetailSchema,
        value: { reason, fields: [...(detail.fields ?? [])], metadata: { ...detail.metadata } },
      },
    ],
    detail.cause,
  );
}

/**
 * What the caller may learn of `error`, or undefined when they may learn nothing: the error is ours.
 * `signal` is the call's own, to tell its end from any other abort.
 */
export function toWireError(error: unknown, signal?: AbortSignal): ConnectError | undefined {
  if (error instanceof DomainError) {
    const { reason, message, fields, metadata } = error;
    return wireError(codes[error.code], reason, message, { fields, metadata, cause: error });
  }
  if (error instanceof ConnectError) {
    if (error.cause instanceof ValidationError) return validationFailed(error.cause);
    // A rule that cannot be evaluated is a fault of the contract, not of the caller.
    if (error.cause instanceof CompilationError || error.cause instanceof RuntimeError) return undefined;
    if (error.code === Code.Internal || error.code === Code.Unknown) return undefined;
    // The library's own errors (a method not implemented, a broken envelope) carry no reason yet.
    return error.details.length > 0 ? error : wireError(error.code, reasonFor(error.code), error.rawMessage);
  }
  if (signal?.aborted && (error === signal.reason || isAbort(error))) return ended(signal);
  return undefined;
}

/** The reason in an error's ErrorDetail, when it carries one. */
export function reasonOf(error: ConnectError): string | undefined {
  return error.findDetails(ErrorDetailSchema)[0]?.reason;
}

/** `InvalidArgument` → `INVALID_ARGUMENT`: the reason of an error that has no better one. */
export function reasonFor(code: Code): string {
  return Code[code].replace(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase();
}

function validationFailed(error: ValidationError): ConnectError {
  const fields = error.violations.slice(0, maxViolations).map((violation) => ({
    field: pathToString(violation.field),
    description: describe(violation),
  }));
  const named = fields
    .slice(0, maxNamedViolations)
    .map(({ field, description }) => (field === '' ? description : `${field}: ${description}`));
  const more = error.violations.length - named.length;
  const message = more > 0 ? `${named.join('; ')}; and ${more} more` : named.join('; ');
  return wireError(Code.InvalidArgument, 'VALIDATION_FAILED', message, { fields, cause: error });
}

/** The rule in words that say what to send; those of the standard rules speak of the value alone. */
function describe({ field: path, ruleId, message }: Violation): string {
  const choices = path.findLast((part) => part.kind === 'field')?.enum;
  if (choices !== undefined && ENUM_RULE.test(ruleId)) return oneOf(choices);
  return ruleId === 'string.uuid_empty' ? 'is required' : message;
}

/** A value that is missing, is not stated, or is none of the enum's. */
const ENUM_RULE = /^(required|enum\.defined_only|enum\.named)$/;

function isAbort(error: unknown): boolean {
  return (error as { name?: unknown } | undefined)?.name === 'AbortError';
}

function ended(signal: AbortSignal): ConnectError {
  const { reason } = signal;
  if (reason instanceof ConnectError && reason.code === Code.DeadlineExceeded) {
    return wireError(Code.DeadlineExceeded, 'DEADLINE_EXCEEDED', 'The call took longer than it was given.');
  }
  if (reason instanceof ConnectError && reason.code === Code.Unavailable) {
    return wireError(Code.Unavailable, 'SHUTTING_DOWN', 'The service is shutting down; try again.');
  }
  return wireError(Code.Canceled, 'CANCELLED', 'The caller went away.');
}
