import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Database } from '../../src/database/database.ts';
import { prune, pruning } from '../../src/database/prune.ts';
import { newId } from '../../src/ids.ts';
import { silentLogger } from '../../src/logger.ts';
import { eventually } from '../../src/testing/eventually.ts';
import type { TestDatabase } from '../../src/testing/postgres.ts';
import { chassisDatabase } from '../schema.ts';

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

test('old inbox rows and request ids go, young ones and waiting events stay', async () => {
  const organizationId = newId();
  await database.tenant(organizationId, async (tx) => {
    await tx.query(
      `insert into inbox (organization_id, consumer_group, event_id, topic, received_at, wait_key, record)
       select $1, case when wait then 'waiting' when age > 30 then 'old' else 'young' end, gen_random_uuid(), 't',
         now() - age * interval '1 day', case when wait then 'k' end, case when wait then '{}'::jsonb end
       from (select 31 as age, false as wait from generate_series(1, 6000)
             union all select 29, false from generate_series(1, 10) union all select 31, true) rows`,
      [organizationId],
    );
    await tx.query(
      `insert into idempotency_keys (organization_id, method, request_id, body_hash, created_at)
       values ($1, 'm', 'old', '', now() - interval '31 days'), ($1, 'm', 'young', '', now())`,
      [organizationId],
    );
  });
  expect(await prune(database)).toBe(6001);
  const [inbox, keys] = await database.tenant(organizationId, async (tx) => [
    await tx.query('select consumer_group, count(*) as count from inbox group by 1 order by 1'),
    await tx.query('select request_id from idempotency_keys'),
  ]);
  expect(inbox).toEqual([
    { consumer_group: 'waiting', count: 1n },
    { consumer_group: 'young', count: 10n },
  ]);
  expect(keys).toEqual([{ request_id: 'young' }]);
});

test('a service prunes from its start on, and no further batch begins once it stops', async () => {
  const organizationId = newId();
  const oldKeys = async (): Promise<object[]> =>
    await database.tenant(organizationId, (tx) => tx.query('select request_id from idempotency_keys'));
  await database.tenant(organizationId, (tx) =>
    tx.query(
      `insert into idempotency_keys (organization_id, method, request_id, body_hash, created_at)
       values ($1, 'm', 'old', '', now() - interval '31 days')`,
      [organizationId],
    ),
  );
  expect(await prune(database, AbortSignal.abort())).toBe(0);
  expect(await oldKeys()).toHaveLength(1);
  const job = pruning(database, silentLogger);
  job.start();
  await eventually(async () => expect(await oldKeys()).toEqual([]));
  await job.stop();
});
