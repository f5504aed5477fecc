import { expect, test } from '@jest/globals';
import { QueryRunnerAlreadyReleasedError } from 'typeorm';
import { isConflict, isTransient, isUnavailable, violatedConstraint } from '../../src/database/sql-state.ts';
import { invalidArgument, unavailable } from '../../src/errors.ts';

const withCode = (code: string, message = 'x') => Object.assign(new Error(message), { code });

test.each([
  ['refused', withCode('ECONNREFUSED')],
  ['reset', withCode('ECONNRESET', 'read ECONNRESET')],
  ['stopping server', withCode('57P01')],
  ['starting server', withCode('57P03')],
  ['too many connections', withCode('53300')],
  ['full disk', withCode('53100')],
  ['statement that took too long', withCode('57014')],
  ['pool', new Error('timeout exceeded when trying to connect')],
  ['broken', new Error('Connection terminated unexpectedly')],
  ['broken before', new Error('Client has encountered a connection error and is not queryable')],
  ['broken between two statements', new QueryRunnerAlreadyReleasedError()],
  ['wrapped by the ORM', Object.assign(new Error('q'), { driverError: { code: '08006' } })],
  ['wrapped by us', unavailable('DATABASE_UNAVAILABLE', 'x', { cause: withCode('08006') })],
  ['all addresses of a name', { errors: [{ code: 'ECONNREFUSED', syscall: 'connect' }] }],
])('a database that cannot work now (%s) may work later', (_name, error) => {
  expect(isUnavailable(error)).toBe(true);
  expect(isTransient(error)).toBe(true);
});

test.each([
  ['a constraint', withCode('23505', 'duplicate key')],
  ['a missing file', Object.assign(withCode('ENOENT'), { syscall: 'open' })],
  ['a bug', new TypeError('x is not a function')],
  ['a refusal', invalidArgument('TOO_LONG', 'name', 'is too long')],
  ['a string', 'oops'],
  ['nothing', undefined],
])('%s is another matter', (_name, error) => {
  expect([isUnavailable(error), isConflict(error), isTransient(error)]).toEqual([false, false, false]);
});

test('a constraint is known by its name, whoever wrapped the error', () => {
  const error = Object.assign(withCode('23505'), { constraint: 'users_email_unique' });
  expect(violatedConstraint(Object.assign(new Error('q'), { driverError: error }))).toBe('users_email_unique');
  expect(violatedConstraint(Object.assign(withCode('42P01'), { constraint: 'x' }))).toBeUndefined();
});
