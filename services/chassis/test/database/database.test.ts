import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { Database } from '../../src/database/database.ts';
import { infrastructureTables } from '../../src/database/infrastructure.ts';
import { migrate, schemaIsCurrent, sqlMigration } from '../../src/database/migrate.ts';
import { tenantTable } from '../../src/database/policy.ts';
import { newId } from '../../src/ids.ts';
import { type TestDatabase, testDatabase } from '../../src/testing/postgres.ts';

const first = sqlMigration('CreateInfrastructure1700000000000', infrastructureTables('chassis_service'));
const second = sqlMigration('CreateNotes1700000000001', [
  'create table notes (organization_id uuid not null, id uuid not null, text text not null, version int not null default 0, primary key (organization_id, id))',
  ...tenantTable('notes', 'chassis_service'),
]);

const acme = newId();
const globex = newId();
let db: TestDatabase;
let database: Database;

beforeAll(async () => {
  db = await testDatabase('chassis', [first, second]);
  database = new Database({ url: db.url, poolSize: 5 });
  await database.connect();
});

afterAll(async () => {
  await database?.close();
  await db?.drop();
});

const addNote = (organizationId: string, text: string): Promise<void> =>
  database.tenant(organizationId, async (tx) => {
    await tx.query('insert into notes (organization_id, id, text) values ($1, $2, $3)', [
      organizationId,
      newId(),
      text,
    ]);
  });
const notesOf = async (organizationId: string): Promise<string[]> =>
  database.tenant(organizationId, async (tx) =>
    (await tx.query('select text from notes order by text')).map((row: { text: string }) => row.text),
  );

describe('tenant transaction', () => {
  test('sees the rows of its own organization alone', async () => {
    await addNote(acme, 'of acme');
    await addNote(globex, 'of globex');
    expect(await notesOf(acme)).toEqual(['of acme']);
    expect(await notesOf(globex)).toEqual(['of globex']);
  });
});
