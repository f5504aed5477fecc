import { Code, ConnectError } from '@connectrpc/connect';
import { ErrorDetailSchema } from '@finflow/proto/finflow/common/v1/error_pb';

export interface Failure {
  readonly code: string;
  readonly reason: string;
  readonly fields: string[];
  readonly metadata: Record<string, string>;
}

/** How a call failed: code, reason, the fields it names. Throws when the call succeeded. */
export async function failureOf(call: Promise<unknown>): Promise<Failure> {
  try {
    await call;
  } catch (error) {
    const connectError = ConnectError.from(error);
    const [detail] = connectError.findDetails(ErrorDetailSchema);
    return {
      code: Code[connectError.code],
      reason: detail?.reason ?? '',
      fields: detail?.fields.map(({ field }) => field) ?? [],
      metadata: detail?.metadata ?? {},
    };
  }
  throw new Error('the call succeeded');
}
