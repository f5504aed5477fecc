import { Code, type ConnectError, createContextKey } from '@connectrpc/connect';
import type { FieldViolation } from '../errors.ts';
import { wireError } from './wire-error.ts';

/** Where the HTTP port leaves the way to find which field of the body keeps it from being a message. */
export const malformedFieldKey = createContextKey<() => FieldViolation | undefined>(() => undefined, {
  description: 'malformed field',
});

/**
 * The answer to a body that is not a message of the contract.
 *
 * @param parserMessage protobuf-es's own, whose end says what is wrong: `cannot decode … from JSON: expected …`
 * @param violation the field at fault, when it is one; then its description stands in for the parser's words
 */
export function malformed(parserMessage: string, violation?: FieldViolation): ConnectError {
  if (violation !== undefined) {
    const { field, description } = violation;
    return wireError(Code.InvalidArgument, 'MALFORMED_REQUEST', `${field}: ${description}`, { fields: [violation] });
  }
  const problem = /^cannot decode [\w. ]+ from JSON: (.+)$/s.exec(parserMessage)?.[1] ?? parserMessage;
  const message = `The body is not a message of this method: ${problem.slice(0, 300)}.`;
  return wireError(Code.InvalidArgument, 'MALFORMED_REQUEST', message);
}
