import { describe, expect, test } from '@jest/globals';
import { PasswordHasher } from '../src/credentials/password-hasher.ts';
import { PASSWORD } from './support/auth.ts';

const hasher = new PasswordHasher(2);

describe('hashing passwords', () => {
  test('gives a salted argon2id hash of at least what OWASP asks for', async () => {
    const [first, second] = [await hasher.hash(PASSWORD), await hasher.hash(PASSWORD)];
    expect(first).not.toBe(second);
    const [, memory, passes] = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=1\$[^$]{22}\$[^$]{43}$/.exec(first) ?? [];
    expect(Number(memory)).toBeGreaterThanOrEqual(19_456);
    expect(Number(passes)).toBeGreaterThanOrEqual(2);
    expect(await hasher.verify(PASSWORD, first)).toBe(true);
    expect(await hasher.verify(`${PASSWORD} `, first)).toBe(false);
  });

  test('verifies what other implementations made (the reference implementation, argon2 -id -m 15 -t 2 -p 1)', async () => {
    const reference = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc';
    expect(await hasher.verify('password', reference)).toBe(true);
    expect(await hasher.verify('Password', reference)).toBe(false);
  });

  test('knows the same characters however they were typed', async () => {
    const composed = await hasher.hash('pass\u00e9 compos\u00e9 \u2460');
    expect(await hasher.verify('passe\u0301 compose\u0301 1', composed)).toBe(true);
  });

  test('without a hash does the work and says no', async () => {
    expect(await hasher.verify('', undefined)).toBe(false);
    expect(await hasher.verify(PASSWORD, undefined)).toBe(false);
  });

  test('lets the event loop go on', async () => {
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
    }, 1);
    await Promise.all([hasher.hash(PASSWORD), hasher.hash(PASSWORD)]);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(2);
  });

  test('refuses more than may wait, and goes on afterwards', async () => {
    const busy = new PasswordHasher(1);
    const hash = await busy.hash(PASSWORD);
    const outcomes = await Promise.allSettled(
      Array.from({ length: 205 }, () => busy.verify('x', hash.replace('m=19456', 'm=64'))),
    );
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.length).toBeLessThan(10);
    expect(refused[0]?.reason).toMatchObject({ code: 'RESOURCE_EXHAUSTED' });
    expect(await busy.verify(PASSWORD, hash)).toBe(true);
  });

  // Making something to compare with by hashing took a second place, whose refusal nobody waited for ended the process.
  test('without a hash takes one place in the queue, from the first time', async () => {
    const quick = (await hasher.hash(PASSWORD)).replace('m=19456', 'm=64');
    const busy = new PasswordHasher(1);
    const order: string[] = [];
    const note = (name: string) => () => void order.push(name);
    await Promise.all([
      busy.verify(PASSWORD, undefined).then(note('nobody')),
      busy.verify(PASSWORD, quick).then(note('somebody')),
    ]);
    expect(order).toEqual(['nobody', 'somebody']);
  });
});
