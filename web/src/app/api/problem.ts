import { Code, ConnectError } from '@connectrpc/connect';
import { type ErrorDetail, ErrorDetailSchema } from '@finflow/proto/finflow/common/v1/error_pb';
import { asSentence, sentenceFor } from './reasons.ts';

/** A failed call as the pages show it. Plain data, so that it can live in the store. */
export interface Problem {
  readonly code: Code;
  /** The contract's stable word for it, such as `EMAIL_TAKEN`; empty when the call never reached a service. */
  readonly reason: string;
  /** A sentence for people. */
  readonly message: string;
  /** What is wrong with each field, in a sentence, by its path in the request. */
  readonly fields: Readonly<Record<string, string>>;
  readonly metadata: Readonly<Record<string, string>>;
  /** Whether the services could not be reached, so that the same call may well succeed in a moment. */
  readonly unreachable: boolean;
  /** Whether the change may have happened all the same, so that only a retry with the same request id is safe. */
  readonly unsettled: boolean;
}

// In these cases the answer, not necessarily the change, is what went missing.
const unsettledCodes = new Set([
  Code.Unavailable,
  Code.DeadlineExceeded,
  Code.Canceled,
  Code.Aborted,
  Code.Unknown,
  Code.Internal,
  Code.DataLoss,
]);

/** What is said when nobody answers. */
export const unreachableMessage = 'FinFlow can’t be reached right now. Check your connection and try again.';
const internalMessage = 'Something went wrong on our side. Try again; if it happens again, tell your administrator.';
const invalidMessage = 'Some of what you entered was not accepted. Check it and try again.';

function messageOf(error: ConnectError, detail: ErrorDetail | undefined): string {
  if (!detail) return unexplained(error);
  const known = sentenceFor(detail.reason);
  if (known) return known;
  if (error.code === Code.Internal) return internalMessageFor(detail.metadata.correlationId);
  // Written for programs: it names the fields by their paths in the request.
  if (error.code === Code.InvalidArgument) return invalidMessage;
  return asSentence(error.rawMessage) || internalMessage;
}

function internalMessageFor(correlationId: string | undefined): string {
  return correlationId ? `${internalMessage} They will need this number: ${correlationId}` : internalMessage;
}

function unexplained(error: ConnectError): string {
  if (error.code === Code.Unavailable || error.code === Code.DeadlineExceeded) return unreachableMessage;
  // A fetch that never got an answer is Unknown with the browser's own, untranslated words.
  if (error.code === Code.Unknown && error.cause instanceof Error && error.cause.name === 'TypeError')
    return unreachableMessage;
  if (error.code === Code.Unauthenticated) return 'Your session has ended. Sign in again.';
  return internalMessage;
}

function fieldsOf(detail: ErrorDetail | undefined): Record<string, string> {
  const known = sentenceFor(detail?.reason ?? '');
  const fields = detail?.fields ?? [];
  return Object.fromEntries(fields.map(({ field, description }) => [field, known ?? asSentence(description)]));
}

/** Turns whatever a call threw into a Problem. */
export function toProblem(thrown: unknown): Problem {
  const error = ConnectError.from(thrown);
  const detail = error.findDetails(ErrorDetailSchema)[0];
  const message = messageOf(error, detail);
  return {
    code: error.code,
    reason: detail?.reason ?? '',
    message,
    fields: fieldsOf(detail),
    metadata: { ...detail?.metadata },
    unreachable: message === unreachableMessage,
    unsettled: unsettledCodes.has(error.code),
  };
}
