import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Database } from '../src/database/database.ts';
import { once, type RequestKey } from '../src/idempotency.ts';
import { type Claim, type ClaimOutcome, claimAll } from '../src/idempotency-batch.ts';
import { newId } from '../src/ids.ts';
import type { TestDatabase } from '../src/testing/postgres.ts';
import { chassisDatabase } from './schema.ts';

let db: TestDatabase;
let database: Database;

beforeAll(async () => {
  db = await chassisDatabase();
  database = new Database({ url: db.url, poolSize: 20 });
  await database.connect();
});
afterAll(async () => {
  await database?.close();
  await db?.drop();
});

const aKey = (requestId = newId()): RequestKey => ({ method: 'm', requestId, bodyHash: randomBytes(32) });
const claim = (organizationId: string, ...claims: Claim<bigint>[]): Promise<ClaimOutcome<bigint>[]> =>
  database.tenant(organizationId, (tx) => claimAll(tx, organizationId, claims));

test('new requests are first, repetitions get the first result, another body is refused', async () => {
  const organizationId = newId();
  const [one, two] = [aKey(), aKey()];
  expect(await claim(organizationId, { key: one, result: 1n })).toEqual([{ state: 'first' }]);
  expect(
    await claim(
      organizationId,
      { key: one, result: 9n },
      { key: two, result: 2n },
      { key: aKey(one.requestId), result: 3n },
    ),
  ).toEqual([
    { state: 'repeated', result: 1n },
    { state: 'first' },
    { state: 'refused', error: expect.objectContaining({ reason: 'REQUEST_ID_REUSED' }) },
  ]);
});

test('a repetition within the batch gets the result of the first there', async () => {
  const key = aKey();
  expect(await claim(newId(), { key, result: 1n }, { key, result: 2n })).toEqual([
    { state: 'first' },
    { state: 'repeated', result: 1n },
  ]);
});

test('what cannot be done is not stored, but still gets the result it had when it could', async () => {
  const organizationId = newId();
  const [done, never] = [aKey(), aKey()];
  await claim(organizationId, { key: done, result: 1n });
  expect(await claim(organizationId, { key: done, result: undefined }, { key: never, result: undefined })).toEqual([
    { state: 'repeated', result: 1n },
    { state: 'first' },
  ]);
  expect(await claim(organizationId, { key: never, result: 5n })).toEqual([{ state: 'first' }]);
});

test('of twenty batches at once with the same keys in other orders, one does each', async () => {
  const organizationId = newId();
  const keys = Array.from({ length: 10 }, () => aKey());
  const batches = await Promise.all(
    Array.from({ length: 20 }, (_, index) => {
      const order = index % 2 ? keys : [...keys].reverse();
      return claim(organizationId, ...order.map((key) => ({ key, result: BigInt(index) })));
    }),
  );
  expect(batches.flat().filter(({ state }) => state === 'first')).toHaveLength(10);
  expect(batches.flat().filter(({ state }) => state === 'refused')).toEqual([]);
});

test('it shares its keys with `once`, both ways', async () => {
  const organizationId = newId();
  const [mine, theirs] = [aKey(), aKey()];
  const runOnce = (key: RequestKey) =>
    database.tenant(organizationId, (tx) => once(tx, organizationId, key, async () => 7n));
  await claim(organizationId, { key: mine, result: 1n });
  expect(await runOnce(mine)).toBe(1n);
  await runOnce(theirs);
  expect(await claim(organizationId, { key: theirs, result: 2n })).toEqual([{ state: 'repeated', result: 7n }]);
});

test('a batch that rolls back has claimed nothing', async () => {
  const organizationId = newId();
  const key = aKey();
  const failing = database.tenant(organizationId, async (tx) => {
    await claimAll(tx, organizationId, [{ key, result: 1n }]);
    throw new Error('refused');
  });
  await expect(failing).rejects.toThrow('refused');
  expect(await claim(organizationId, { key, result: 2n })).toEqual([{ state: 'first' }]);
});
