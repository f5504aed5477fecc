import { describe, expect, test } from '@jest/globals';
import { QueryFailedError } from 'typeorm';
import {
  aborted,
  deadlineExceeded,
  failedPrecondition,
  invalidArgument,
  notFound,
  resourceExhausted,
  unavailable,
} from '../../src/errors.ts';
import { EventFormatError } from '../../src/events/codec.ts';
import { describeFailure, failureKind, tryOften } from '../../src/inbox/failure.ts';

const ofDatabase = (code: string) => new QueryFailedError('select 1', [], Object.assign(new Error(code), { code }));

describe('an error is', () => {
  test.each([
    ['a lost connection', Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })],
    ['a database that shuts down', ofDatabase('57P01')],
    ['a full disk', ofDatabase('53100')],
    ['a serialization failure', ofDatabase('40001')],
    ['a deadlock', ofDatabase('40P01')],
    ['a lock that was not had', ofDatabase('55P03')],
    ['a statement that took too long', ofDatabase('57014')],
    ['a registry or service that is away', unavailable('SCHEMA_REGISTRY_UNAVAILABLE', 'away')],
    ['a lost race', aborted('CONCURRENT_CHANGE', 'lost')],
    ['a deadline', deadlineExceeded('TOO_SLOW', 'slow')],
    ['a bound', resourceExhausted('TOO_MANY', 'many')],
  ])('transient: %s', (_name, error) => expect(failureKind(error)).toBe('transient'));

  test.each([
    ['bytes that say nothing', new EventFormatError('not an event')],
    ['a value that is refused', invalidArgument('AMOUNT_INVALID', 'amount', 'must be positive')],
    ['something that is not there', notFound('CATEGORY_NOT_FOUND', 'no such category')],
    ['a state that forbids it', failedPrecondition('REFUND_ABOVE_PAYMENT', 'too much')],
  ])('permanent: %s', (_name, error) => expect(failureKind(error)).toBe('permanent'));

  test.each([
    ['a mistake in the program', new TypeError('x is undefined')],
    ['a constraint, which may have been a race', ofDatabase('23505')],
    ['a value the database refuses', ofDatabase('22012')],
    ['no error at all', 'thrown'],
  ])('unexplained: %s', (_name, error) => expect(failureKind(error)).toBe('unexplained'));
});

describe('trying often', () => {
  const attempts = (errors: readonly unknown[]) => {
    let calls = 0;
    const work = async () => {
      const error = errors[calls];
      calls += 1;
      if (error !== undefined) throw error;
    };
    return { work, calls: () => calls };
  };
  const options = { attempts: 3, stopping: () => false };
  const away = unavailable('AWAY', 'away');

  test('gives an explained failure up at once, and another after a few tries', async () => {
    const gone = notFound('GONE', 'gone');
    expect(await tryOften(attempts([gone]).work, options)).toEqual({ error: gone, attempts: 1 });
    const bug = new TypeError('bug');
    expect(await tryOften(attempts([bug, bug, bug]).work, options)).toEqual({ error: bug, attempts: 3 });
    expect(await tryOften(attempts([bug, bug]).work, options)).toBeUndefined();
  });

  test('does not count what passes, and hands it back when it does not pass', async () => {
    const bug = new TypeError('bug');
    expect(await tryOften(attempts([away, bug, away, bug, away]).work, options)).toBeUndefined();
    await expect(tryOften(attempts(Array(20).fill(away)).work, options)).rejects.toBe(away);
  });

  test('hands back at once when it is to stop', async () => {
    const { work, calls } = attempts(Array(20).fill(away));
    await expect(tryOften(work, { attempts: 3, stopping: () => true })).rejects.toBe(away);
    expect(calls()).toBe(1);
  });
});

describe('what is kept of an error', () => {
  test('is its name and message, the code programs know it by, and the stacks of its causes', () => {
    const error = notFound('GONE', 'It is gone.', { cause: new RangeError('who took it') });
    const { reason, code, stack } = describeFailure(error);
    expect([reason, code]).toEqual(['DomainError: It is gone.', 'GONE']);
    expect(stack).toMatch(/DomainError: It is gone\.[\s\S]*Caused by: RangeError: who took it/);
    expect(describeFailure(ofDatabase('23514')).code).toBe('SQLSTATE_23514');
    expect(describeFailure(new TypeError('bug')).code).toBeUndefined();
    expect(describeFailure('thrown')).toEqual({ reason: 'thrown', code: undefined, stack: undefined });
  });

  test('is bounded, and what PostgreSQL can keep', () => {
    const { reason, stack } = describeFailure(new Error(`\0\ud800${'x'.repeat(100_000)}`));
    expect(reason.length).toBeLessThanOrEqual(4_000);
    expect(stack?.length).toBeLessThanOrEqual(16_000);
    expect(reason.startsWith('Error: ␀\ufffdxxx')).toBe(true);
  });
});
