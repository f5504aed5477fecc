import { Code, type ConnectError, createContextKey } from '@connectrpc/connect';
import { wireError } from './wire-error.ts';

/** Where the HTTP port leaves the way to find which field of the body keeps it from being a message; a path or undefined. */
export const malformedFieldKey = createContextKey<() => string | undefined>(() => undefined, {
  description: 'malformed field',
});

/**
 * The answer to a body that is not a message of the contract. `parserMessage` is protobuf-es's own, whose end says what
 * is wrong: `cannot decode field finflow.….Request.amount from JSON: expected …`.
 *
 * @param field path of the field at fault, when it is one
 */
export function malformed(parserMessage: string, field?: string): ConnectError {
  const problem = /^cannot decode [\w. ]+ from JSON: (.+)$/s.exec(parserMessage)?.[1]?.slice(0, 300);
  if (field === undefined) {
    const message = problem === undefined ? parserMessage : `the body is not a message of this method: ${problem}`;
    return wireError(Code.InvalidArgument, 'MALFORMED_REQUEST', message);
  }
  const description = describe(problem ?? 'cannot be read');
  return wireError(Code.InvalidArgument, 'MALFORMED_REQUEST', `${field}: ${description}`, {
    fields: [{ field, description }],
  });
}

function describe(problem: string): string {
  if (/^key ".*" is unknown$/s.test(problem)) return 'is not a field of this request';
  // Of a message or an enum, protobuf-es says no more than what it was given.
  return /^(expected|invalid|must|list item|map|duplicate|unexpected|set multiple|oneof)/.test(problem)
    ? problem
    : `cannot be ${problem}`;
}
