import { systemClock } from '@finflow/chassis/clock';
import { newId } from '@finflow/chassis/ids';
import { silentLogger } from '@finflow/chassis/logger';
import { failureOf } from '@finflow/chassis/testing/failure';
import { RecordingBus } from '@finflow/chassis/testing/recording-bus';
import { CategorizationService } from '@finflow/proto/finflow/analytics/v1/categorization_pb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { loadAnalyticsConfig } from '../src/config.ts';
import { createAnalyticsService } from '../src/service.ts';
import { Analytics } from './support/analytics.ts';

let analytics: Analytics;
beforeAll(async () => {
  analytics = await Analytics.start();
});
afterAll(() => analytics.stop());

const environment = { DATABASE_URL: 'postgres://x@127.0.0.1:9/x', JWKS_URL: 'http://127.0.0.1:9/' };

test('a database that is not migrated stops the start in one sentence', async () => {
  await analytics.rows('create table moved as select * from schema_migrations');
  await analytics.rows('delete from schema_migrations where name like $1', ['Forecasts%']);
  const config = loadAnalyticsConfig({
    ...environment,
    DATABASE_URL: analytics.database.url,
    HTTP_PORT: '0',
    HOST: '127.0.0.1',
    GRPC_PORT: '0',
  });
  const service = createAnalyticsService(config, { bus: new RecordingBus(), clock: systemClock, logger: silentLogger });
  await expect(service.start()).rejects.toThrow('The database is not migrated: run');
  await service.stop();
  await analytics.rows('insert into schema_migrations select * from moved on conflict do nothing');
});

test('writing needs an accountant, reading a viewer, and both a token', async () => {
  const viewer = await analytics.tenant(newId(), 'VIEWER');
  const description = 'Rent';
  expect(await failureOf(viewer.categorization.categorizeTransaction({ description }))).toMatchObject({
    code: 'PermissionDenied',
    reason: 'ROLE_TOO_LOW',
  });
  expect((await viewer.categorization.listTransactions({})).totalSize).toBe(0);
  const nobody = analytics.client(CategorizationService);
  expect((await failureOf(nobody.listTransactions({}))).code).toBe('Unauthenticated');
});

test('analytics can be used by whoever runs in the same process', async () => {
  const actor = { organizationId: await analytics.organization(), userId: newId() };
  const { commands } = analytics.service;
  const [transaction] = await commands.categorizeTransactions(actor, [
    { description: 'Office rent', amount: { currencyCode: 'USD', amountMinor: -1n }, date: '2026-01-01' },
  ]);
  expect(transaction).toMatchObject({ category: 'rent', version: 1 });
});
