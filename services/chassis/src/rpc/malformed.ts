import { Code, type ConnectError } from '@connectrpc/connect';
import type { FieldViolation } from '../errors.ts';
import { wireError } from './wire-error.ts';

/**
 * The answer to a body that is not a message of the contract. `parserMessage` is protobuf-es's own, from which the
 * field is taken: `cannot decode message finflow.….Request from JSON: key "x" is unknown`, or
 * `cannot decode field finflow.….Request.amount from JSON: expected …`.
 */
export function malformed(parserMessage: string): ConnectError {
  const violation = violationIn(parserMessage);
  if (violation === undefined) {
    return wireError(Code.InvalidArgument, 'MALFORMED_REQUEST', withoutPrefix(parserMessage));
  }
  const { field, description } = violation;
  return wireError(Code.InvalidArgument, 'MALFORMED_REQUEST', `${field}: ${description}`, { fields: [violation] });
}

function violationIn(parserMessage: string): FieldViolation | undefined {
  const unknown = /from JSON: key "(.{1,100})" is unknown$/s.exec(parserMessage)?.[1];
  if (unknown !== undefined) return { field: unknown, description: 'is not a field of this request' };
  const [, field, description] = /^cannot decode field [\w.]+\.(\w+) from JSON: (.+)$/s.exec(parserMessage) ?? [];
  if (field === undefined || description === undefined) return undefined;
  return { field, description: description.slice(0, 300) };
}

function withoutPrefix(parserMessage: string): string {
  const [, text] = /^cannot decode message [\w.]+ from JSON: (.+)$/s.exec(parserMessage) ?? [];
  return text === undefined ? parserMessage : `the body is not a message of this method: ${text.slice(0, 300)}`;
}
