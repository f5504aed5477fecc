import { Code, ConnectError } from '@connectrpc/connect';
import { expect, test } from '@jest/globals';
import { resourceExhausted } from '../../src/errors.ts';
import { reasonOf, toWireError, wireError } from '../../src/rpc/wire-error.ts';

const outcome = (error: unknown, signal?: AbortSignal) => {
  const wire = toWireError(error, signal);
  return wire && `${Code[wire.code]} ${reasonOf(wire)}`;
};

test.each([
  ['refused', Object.assign(new Error('x'), { code: 'ECONNREFUSED', syscall: 'connect' })],
  ['reset', Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET', syscall: 'read' })],
  ['stopping server', Object.assign(new Error('terminating connection'), { code: '57P01' })],
  ['starting server', Object.assign(new Error('starting up'), { code: '57P03' })],
  ['too many connections', Object.assign(new Error('sorry'), { code: '53300' })],
  ['pool', new Error('timeout exceeded when trying to connect')],
  ['broken', new Error('Connection terminated unexpectedly')],
  ['wrapped by the ORM', Object.assign(new Error('q'), { driverError: { code: '08006' } })],
  ['all addresses of a name', { errors: [{ code: 'ECONNREFUSED', syscall: 'connect' }] }],
])('a database that cannot be reached (%s) is UNAVAILABLE', (_name, error) => {
  expect(outcome(error)).toBe('Unavailable DATABASE_UNAVAILABLE');
});

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
