import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Database } from '../../src/database/database.ts';
import { onceCommitted } from '../../src/database/transaction.ts';
import { metric } from '../../src/telemetry/metrics.ts';
import { eventually } from '../../src/testing/eventually.ts';
import { InMemoryTelemetry } from '../../src/testing/in-memory-telemetry.ts';
import type { TestDatabase } from '../../src/testing/postgres.ts';
import { chassisDatabase } from '../schema.ts';
import { undocumented } from '../telemetry/guide.ts';

let telemetry: InMemoryTelemetry;
let db: TestDatabase;
let database: Database;

beforeAll(async () => {
  telemetry = InMemoryTelemetry.start();
  db = await chassisDatabase();
  database = new Database({ url: db.url, poolSize: 2 });
  await database.connect();
});
afterAll(async () => {
  await database?.close();
  await db?.drop();
  await telemetry?.stop();
});

test('used and idle connections, their bound, and who waits for one are seen', async () => {
  const pool = { 'db.client.connection.pool.name': db.name };
  const inState = (state: string) =>
    telemetry.values(metric.poolConnections, { ...pool, 'db.client.connection.state': state });
  const door = Promise.withResolvers<void>();
  const busy = [1, 2, 3].map(() => database.system(() => door.promise));
  await eventually(async () => {
    expect(await inState('used')).toEqual([2]);
    expect(await telemetry.values(metric.poolPending, pool)).toEqual([1]);
  });
  expect(await telemetry.values(metric.poolMax, pool)).toEqual([2]);
  door.resolve();
  await Promise.all(busy);
  expect([await inState('used'), await inState('idle'), await telemetry.values(metric.poolPending, pool)]).toEqual([
    [0],
    [2],
    [0],
  ]);
  expect(await undocumented(telemetry)).toEqual([]);
});

test('what waits for a commit happens once, after it, and not when the transaction is rolled back', async () => {
  const happened: string[] = [];
  let attempts = 0;
  await database.system(async (tx) => {
    attempts += 1;
    onceCommitted(tx, () => happened.push(`attempt ${attempts}`));
    expect(happened).toEqual([]);
    // Lost against another transaction: it is run again.
    if (attempts === 1) throw Object.assign(new Error('deadlock'), { driverError: { code: '40P01' }, code: '40P01' });
  });
  const failing = database.system(async (tx) => {
    onceCommitted(tx, () => happened.push('rolled back'));
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  expect(happened).toEqual(['attempt 2']);
});
