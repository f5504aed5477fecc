import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Database } from '../src/database/database.ts';
import type { RequestKey } from '../src/idempotency.ts';
import { type Claim, type ClaimOutcome, claimAll } from '../src/idempotency-batch.ts';
import { newId } from '../src/ids.ts';
import type { TestDatabase } from '../src/testing/postgres.ts';
import { chassisDatabase } from './schema.ts';

let db: TestDatabase;
let database: Database;

beforeAll(async () => {
  db = await chassisDatabase();
  database = new Database({ url: db.url });
  await database.connect();
});

afterAll(async () => {
  await database?.close();
  await db?.drop();
});

const keyOf = (requestId: string, bodyHash = Buffer.alloc(32)): RequestKey => ({ method: 'm', requestId, bodyHash });
const claim = (organizationId: string, claims: readonly Claim<string>[]): Promise<ClaimOutcome<string>[]> =>
  database.tenant(organizationId, (tx) => claimAll(tx, organizationId, claims));

describe('claiming many requests at once', () => {
  test('does each once, and gives every repetition the result of the one that was done', async () => {
    // Not in the order of their ids, and enough of them that sorting puts equal ones in any order.
    const names = Array.from({ length: 200 }, () => randomBytes(8).toString('hex'));
    const claims = [...names, ...names].map((name) => ({ key: keyOf(name), result: newId() }));
    const organizationId = newId();
    const outcomes = await claim(organizationId, claims);
    const done = claims.slice(0, names.length).map(({ result }) => result);
    const repeated = done.map((result) => ({ state: 'repeated', result }));
    expect(outcomes).toEqual([...done.map(() => ({ state: 'first' })), ...repeated]);
    expect(await claim(organizationId, claims.slice(names.length))).toEqual(repeated);
  });

  test('refuses another body under an id of the same batch, whichever sorts first', async () => {
    const names = Array.from({ length: 200 }, () => randomBytes(8).toString('hex'));
    const claims = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)].flatMap((hash) =>
      names.map((name) => ({ key: keyOf(name, hash), result: newId() })),
    );
    const outcomes = await claim(newId(), claims);
    expect(outcomes.slice(0, names.length).every(({ state }) => state === 'first')).toBe(true);
    for (const outcome of outcomes.slice(names.length)) {
      expect(outcome).toMatchObject({ state: 'refused', error: { reason: 'REQUEST_ID_REUSED' } });
    }
  });

  test('stores nothing of what cannot be done, unless it was done before', async () => {
    const organizationId = newId();
    const key = keyOf('impossible');
    expect(await claim(organizationId, [{ key, result: undefined }])).toEqual([{ state: 'first' }]);
    expect(await claim(organizationId, [{ key, result: 'done' }])).toEqual([{ state: 'first' }]);
    expect(await claim(organizationId, [{ key, result: undefined }])).toEqual([{ state: 'repeated', result: 'done' }]);
  });
});
