import { Code, ConnectError, createContextKey } from '@connectrpc/connect';
import type { FieldViolation } from '../errors.ts';
import { maxTimeoutMs } from './limits.ts';
import { wireError } from './wire-error.ts';

/** Where the HTTP port leaves the way to find which field of the body keeps it from being a message. */
export const malformedFieldKey = createContextKey<() => FieldViolation | undefined>(() => undefined, {
  description: 'malformed field',
});

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Option for reading JSON: bytes that are no UTF-8 are refused. The library's own decoder would put U+FFFD in their place,
 * and that would be stored.
 */
export const strictUtf8 = {
  textDecoder: {
    decode(bytes?: Uint8Array): string {
      try {
        return utf8.decode(bytes);
      } catch {
        throw new ConnectError('it is not UTF-8', Code.InvalidArgument);
      }
    },
  },
};

/** What Connect says of a `connect-timeout-ms` that is no number, or is too large. */
const BAD_TIMEOUT = /^(protocol error: invalid connect timeout value|timeout \d+ms must be)/;

/**
 * The answer to a body that is not a message of the contract.
 *
 * @param parserMessage protobuf-es's own, whose end says what is wrong: `cannot decode … from JSON: expected …`
 *   or Connect's, of a header that is no better
 * @param violation the field at fault, '' for the body itself; its description stands in for the parser's words
 */
export function malformed(parserMessage: string, violation?: FieldViolation): ConnectError {
  if (BAD_TIMEOUT.test(parserMessage)) {
    const message = `The header connect-timeout-ms must be a whole number of milliseconds, at most ${maxTimeoutMs}.`;
    return wireError(Code.InvalidArgument, 'MALFORMED_REQUEST', message);
  }
  if (violation !== undefined) {
    const { field, description } = violation;
    if (field === '') return wireError(Code.InvalidArgument, 'MALFORMED_REQUEST', `The body ${description}.`);
    return wireError(Code.InvalidArgument, 'MALFORMED_REQUEST', `${field}: ${description}`, { fields: [violation] });
  }
  const problem = /^cannot decode [\w. ]+ from JSON: (.+)$/s.exec(parserMessage)?.[1] ?? parserMessage;
  const message = `The body is not a message of this method: ${problem.slice(0, 300)}.`;
  return wireError(Code.InvalidArgument, 'MALFORMED_REQUEST', message);
}
