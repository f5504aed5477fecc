import { Code, ConnectError } from '@connectrpc/connect';
import { ErrorDetailSchema } from '@finflow/proto/finflow/common/v1/error_pb';

/** What a refused call said, for comparing: its code, reason, and the fields it names. */
export async function refusal(call: Promise<unknown>): Promise<{ code: string; reason: string; fields: string[] }> {
  try {
    await call;
  } catch (error) {
    const { code, details } = {
      code: ConnectError.from(error).code,
      details: ConnectError.from(error).findDetails(ErrorDetailSchema),
    };
    return {
      code: Code[code],
      reason: details[0]?.reason ?? '',
      fields: details[0]?.fields.map(({ field }) => field) ?? [],
    };
  }
  throw new Error('The call was not refused.');
}
