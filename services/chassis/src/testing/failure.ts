import { Code, ConnectError } from '@connectrpc/connect';
import { ErrorDetailSchema } from '@finflow/proto/finflow/common/v1/error_pb';

/** What a call was refused with, for comparing. */
export interface Failure {
  /** As Connect names it: `NotFound`. */
  readonly code: string;
  readonly reason: string;
  /** Paths of the fields at fault. */
  readonly fields: string[];
  readonly metadata: Record<string, string>;
  readonly message: string;
}

/** How a call failed. Throws when it succeeded, and what is no answer of a service as it is. */
export async function failureOf(call: Promise<unknown>): Promise<Failure> {
  const error = await call.then(
    () => new Error('The call succeeded.'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof ConnectError)) throw error;
  const [detail] = error.findDetails(ErrorDetailSchema);
  return {
    code: Code[error.code],
    reason: detail?.reason ?? '',
    fields: (detail?.fields ?? []).map(({ field }) => field),
    metadata: detail?.metadata ?? {},
    message: error.rawMessage,
  };
}
