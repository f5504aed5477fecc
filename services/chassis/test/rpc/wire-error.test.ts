import { Code, ConnectError } from '@connectrpc/connect';
import { expect, test } from '@jest/globals';
import { resourceExhausted } from '../../src/errors.ts';
import { reasonOf, toWireError, wireError } from '../../src/rpc/wire-error.ts';

const outcome = (error: unknown, signal?: AbortSignal) => {
  const wire = toWireError(error, signal);
  return wire && `${Code[wire.code]} ${reasonOf(wire)}`;
};

test.each([
  ['a constraint', Object.assign(new Error('duplicate key'), { code: '23505' })],
  ['a missing file', Object.assign(new Error('no such file'), { code: 'ENOENT', syscall: 'open' })],
  ['a bug', new TypeError('x is not a function')],
  ['another service’s inner failure', new ConnectError('boom', Code.Internal)],
  ['a string', 'oops'],
  ['nothing', undefined],
])('%s is not for the caller', (_name, error) => {
  expect(outcome(error)).toBeUndefined();
});

test('another service’s answer passes with its reason, a library’s gets one', () => {
  expect(outcome(wireError(Code.NotFound, 'INVOICE_NOT_FOUND', 'no such invoice'))).toBe('NotFound INVOICE_NOT_FOUND');
  expect(outcome(new ConnectError('not here', Code.Unimplemented))).toBe('Unimplemented UNIMPLEMENTED');
});

test('metadata of a domain error is part of its detail', () => {
  const wire = toWireError(resourceExhausted('TOO_MANY_ATTEMPTS', 'wait', { metadata: { retryAfterSeconds: '30' } }));
  expect(wire?.details[0]).toMatchObject({ value: { metadata: { retryAfterSeconds: '30' } } });
});

test('an abort is the caller’s leaving or the deadline only when the call itself has ended', () => {
  const abortError = Object.assign(new Error('aborted'), { name: 'AbortError' });
  expect(outcome(abortError, new AbortController().signal)).toBeUndefined();
  expect(outcome(abortError, AbortSignal.abort())).toBe('Canceled CANCELLED');
  const late = AbortSignal.abort(new ConnectError('late', Code.DeadlineExceeded));
  expect(outcome(abortError, late)).toBe('DeadlineExceeded DEADLINE_EXCEEDED');
});
