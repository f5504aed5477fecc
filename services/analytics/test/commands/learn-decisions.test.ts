import type { Database } from '@finflow/chassis/database/database';
import { silentLogger } from '@finflow/chassis/logger';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { MEMORY_VERSION } from '../../src/categorization/memory.ts';
import { learnDecisions } from '../../src/commands/learn-decisions.ts';
import type { AnalyticsParts } from '../../src/parts.ts';
import { createAnalyticsService } from '../../src/service.ts';
import { Analytics, type Tenant } from '../support/analytics.ts';

const OLDER = MEMORY_VERSION - 1;
const SHOP = { description: 'KARTUSO ZVENDI 4411', amount: { currencyCode: 'USD', amountMinor: -30_00n } };

let analytics: Analytics;
let parts: AnalyticsParts;
beforeAll(async () => {
  analytics = await Analytics.start();
  ({ parts } = analytics.service);
});
afterAll(() => analytics.stop());

async function correct({ categorization }: Tenant, category: string, input: object = SHOP): Promise<string> {
  const { transactionId: id } = await categorization.categorizeTransaction(input);
  await categorization.updateTransactionCategory({ id, category });
  return id;
}

async function taught(tenant: Tenant): Promise<string> {
  const wanderer = await correct(tenant, 'training');
  await correct(tenant, 'meals', { ...SHOP, description: 'Bäckerei Zvendi' });
  await correct(tenant, 'other_income', { description: 'Zvendi', amount: { currencyCode: 'JPY', amountMinor: 500n } });
  await correct(tenant, 'rent', { description: 'no amount given' });
  await tenant.categorization.updateTransactionCategory({ id: wanderer, category: 'travel' });
  return wanderer;
}

const evidence = ({ organizationId }: Tenant, version = MEMORY_VERSION) =>
  analytics.rows<{ feature: string; category: string; decisions: number }>(
    `select feature, category, decisions from category_evidence
     where organization_id = $1 and memory_version = $2 and decisions > 0 order by 1, 2`,
    [organizationId, version],
  );

/** Leaves what was learnt as a release does that split descriptions differently. */
async function age({ organizationId }: Tenant): Promise<void> {
  for (const change of ["category_evidence set feature = 'old:' || feature,", 'learnt_decisions set']) {
    const sql = `update ${change} memory_version = $2 where organization_id = $1`;
    await analytics.rows(sql, [organizationId, OLDER]);
  }
}

/** Decides by SQL, as a release does that counts under features of its own. */
async function decideElsewhere(tenant: Tenant, id: string, category: string): Promise<void> {
  const sql = `update transactions set category = $3, decided_by = 'person', needs_review = false, version = version + 1
               where organization_id = $1 and id = $2`;
  await analytics.rows(sql, [tenant.organizationId, id, category]);
}

/** Decisions of people, each about another shop, that no release has counted. */
async function decisions(tenant: Tenant, count: number): Promise<void> {
  const { transactionId } = await tenant.categorization.categorizeTransaction(SHOP);
  await analytics.rows(
    `insert into transactions
     select (jsonb_populate_record(t, jsonb_build_object('id', gen_random_uuid(), 'category', 'training',
       'description', 'shop ' || n, 'decided_by', 'person', 'needs_review', false))).*
     from transactions t, generate_series(1, $2::int) n where id = $1`,
    [transactionId, count],
  );
}

/** Parts whose transactions fail where `when` says so. */
function failing(when: (organizationId: string) => boolean): AnalyticsParts {
  const tenant: Database['tenant'] = async (organizationId, work) => {
    if (when(organizationId)) throw new Error('failed here');
    return await parts.database.tenant(organizationId, work);
  };
  const system: Database['system'] = (work) => parts.database.system(work);
  return { ...parts, database: { tenant, system } as Database };
}

test('a release learns its features from the decisions before it serves, and leaves an older one’s alone', async () => {
  const [one, other] = [await analytics.tenant(), await analytics.tenant()];
  await Promise.all([taught(one), taught(other)]);
  const learnt = [await evidence(one), await evidence(other)];
  await Promise.all([age(one), age(other)]);
  const older = await evidence(one, OLDER);
  const config = analytics.config;
  const next = createAnalyticsService(config, { bus: analytics.bus, clock: analytics.clock, logger: silentLogger });
  await next.start();
  await next.stop();
  expect([await evidence(one), await evidence(other)]).toEqual(learnt);
  expect(older.length).toBeGreaterThan(0);
  expect(await evidence(one, OLDER)).toEqual(older);
  expect(await one.categorization.categorizeTransaction(SHOP)).toMatchObject({ category: 'travel' });
});

test('what another release decides meanwhile is learnt in its turn, in place of what was learnt before', async () => {
  const tenant = await analytics.tenant();
  const id = await taught(tenant);
  const learnt = await evidence(tenant);
  await decideElsewhere(tenant, id, 'training');
  expect(await learnDecisions(parts)).toBe(1);
  expect((await evidence(tenant)).filter(({ category }) => category === 'travel')).toEqual([]);
  expect(await learnDecisions(parts)).toBe(0);
  await tenant.categorization.updateTransactionCategory({ id, category: 'travel' });
  expect(await evidence(tenant)).toEqual(learnt);
});

test('a correction of what another release decided takes back only what is counted here', async () => {
  const tenant = await analytics.tenant();
  const { transactionId: id } = await tenant.categorization.categorizeTransaction(SHOP);
  await decideElsewhere(tenant, id, 'training');
  await tenant.categorization.updateTransactionCategory({ id, category: 'meals' });
  expect(new Set((await evidence(tenant)).map(({ category }) => category))).toEqual(new Set(['meals']));
});

test('many decisions are learnt in committed steps: a crash loses the one under way, and nothing counts twice', async () => {
  const tenant = await analytics.tenant();
  await decisions(tenant, 1_200);
  let steps = 0;
  const crashing = failing((organizationId) => organizationId === tenant.organizationId && ++steps === 3);
  await learnDecisions(crashing);
  const counted = async () => (await evidence(tenant)).find(({ feature }) => feature === 'out:word:shop')?.decisions;
  expect(await counted()).toBe(1_000);
  expect(await learnDecisions(parts)).toBe(200);
  expect(await counted()).toBe(1_200);
});

test('decisions are learnt once, whoever learns and corrects at the same time', async () => {
  const tenant = await analytics.tenant();
  const id = await taught(tenant);
  const learnt = await evidence(tenant);
  await age(tenant);
  await Promise.all([
    ...Array.from({ length: 3 }, () => learnDecisions(parts)),
    ...['rent', 'meals'].map((category) => tenant.categorization.updateTransactionCategory({ id, category })),
  ]);
  await learnDecisions(parts);
  await tenant.categorization.updateTransactionCategory({ id, category: 'travel' });
  expect(await evidence(tenant)).toEqual(learnt);
});

test('one organization that cannot be learnt keeps no other waiting', async () => {
  const [bad, good] = [await analytics.tenant(), await analytics.tenant()];
  await Promise.all([decisions(bad, 1), decisions(good, 1)]);
  expect(await learnDecisions(failing((organizationId) => organizationId === bad.organizationId))).toBe(1);
  expect(await evidence(bad)).toEqual([]);
  expect((await evidence(good)).length).toBeGreaterThan(0);
});
