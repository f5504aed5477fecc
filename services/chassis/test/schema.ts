import { deadLetterReplay, infrastructureTables } from '../src/database/infrastructure.ts';
import { sqlMigration } from '../src/database/migrate.ts';
import { tenantTable } from '../src/database/policy.ts';
import { type TestDatabase, testDatabase } from '../src/testing/postgres.ts';

const ROLE = 'chassis_service';

/** The schema that the chassis's own tests share: a run has one template database for them all. */
export const migrations = [
  sqlMigration('CreateInfrastructure1700000000000', infrastructureTables(ROLE)),
  sqlMigration('CreateNotes1700000000001', [
    `create table notes (
      organization_id uuid not null,
      id uuid not null,
      text text not null,
      version bigint not null default 0,
      amount bigint not null default 0,
      due_date date not null default '2026-01-31',
      created_at timestamptz(3) not null default now(),
      primary key (organization_id, id)
    )`,
    ...tenantTable('notes', ROLE),
  ]),
  // One row an effect, in the order they happened, and nothing that would hide a second effect of one event.
  sqlMigration('CreateEffects1700000000002', [
    `create table effects (
      organization_id uuid not null,
      position bigint generated always as identity,
      event_id uuid not null,
      topic text not null,
      key text not null,
      subject text not null,
      number bigint not null,
      primary key (organization_id, position)
    )`,
    ...tenantTable('effects', ROLE),
  ]),
  sqlMigration('DeadLetterReplay1700000000003', deadLetterReplay()),
];

export const chassisDatabase = (): Promise<TestDatabase> => testDatabase('chassis', migrations);
