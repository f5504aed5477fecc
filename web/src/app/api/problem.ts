import { Code, ConnectError } from '@connectrpc/connect';
import { ErrorDetailSchema } from '@finflow/proto/finflow/common/v1/error_pb';

/** A failed call as the pages show it. Plain data, so that it can live in the store. */
export interface Problem {
  readonly code: Code;
  /** The contract's stable word for it, such as `EMAIL_TAKEN`; empty when the call never reached a service. */
  readonly reason: string;
  /** A sentence for people. */
  readonly message: string;
  /** What is wrong with each field, by its path in the request. */
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

const unreachableMessage = 'FinFlow can’t be reached right now. Check your connection and try again.';
const internalMessage = 'Something went wrong on our side. Try again; if it happens again, tell your administrator.';

function messageOf(error: ConnectError, explained: boolean, fields: number): string {
  if (explained) return error.rawMessage || (fields > 0 ? 'Check the marked fields.' : internalMessage);
  if (error.code === Code.Unavailable || error.code === Code.DeadlineExceeded) return unreachableMessage;
  // A fetch that never got an answer is Unknown with the browser's own, untranslated words.
  if (error.code === Code.Unknown && error.cause instanceof Error && error.cause.name === 'TypeError')
    return unreachableMessage;
  if (error.code === Code.Unauthenticated) return 'Your session has ended. Sign in again.';
  return internalMessage;
}

/** Turns whatever a call threw into a Problem. */
export function toProblem(thrown: unknown): Problem {
  const error = ConnectError.from(thrown);
  const detail = error.findDetails(ErrorDetailSchema)[0];
  const fields = Object.fromEntries((detail?.fields ?? []).map(({ field, description }) => [field, description]));
  const message = messageOf(error, detail !== undefined, Object.keys(fields).length);
  return {
    code: error.code,
    reason: detail?.reason ?? '',
    message,
    fields,
    metadata: { ...detail?.metadata },
    unreachable: message === unreachableMessage,
    unsettled: unsettledCodes.has(error.code),
  };
}
