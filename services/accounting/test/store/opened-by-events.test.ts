import { migrate } from '@finflow/chassis/database/migrate';
import { newId } from '@finflow/chassis/ids';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { migrations } from '../../src/store/migrations/index.ts';
import { startAccounting, type TestAccounting } from '../accounting.ts';
import { eventsFor } from '../events.ts';

let accounting: TestAccounting;
beforeAll(async () => {
  accounting = await startAccounting();
});
afterAll(async () => await accounting?.stop());

test('settings that were made up before 0010 are replaced by the organization’s event, whenever it was made', async () => {
  const [organizationId, userId] = [newId(), newId()];
  await accounting.asSuperuser(`delete from schema_migrations where name like 'OpenedByEvents%'`);
  await accounting.asSuperuser('alter table organizations alter column settings_at drop not null');
  await accounting.asSuperuser(
    `insert into organizations (organization_id, name, currency, time_zone) values ($1, '', 'USD', 'UTC')`,
    [organizationId],
  );
  expect(await migrate({ url: accounting.db.ownerUrl, migrations })).toEqual(['OpenedByEvents1764000000010']);
  await eventsFor(accounting, { organizationId, userId }).userCreated({ currency: 'EUR', timeZone: 'Europe/Berlin' });
  const settings = await accounting.sql(organizationId, 'select currency, time_zone from organizations');
  expect(settings).toEqual([{ currency: 'EUR', time_zone: 'Europe/Berlin' }]);
});
