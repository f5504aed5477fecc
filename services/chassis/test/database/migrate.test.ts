import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { Database } from '../../src/database/database.ts';
import { infrastructureTables } from '../../src/database/infrastructure.ts';
import { migrate, schemaIsCurrent, sqlMigration } from '../../src/database/migrate.ts';
import { asSuperuser, type TestDatabase } from '../../src/testing/postgres.ts';
import { chassisDatabase, migrations } from '../schema.ts';

const next = sqlMigration('AddColour1800000000000', ["alter table notes add column colour text not null default ''"]);

let db: TestDatabase;
let database: Database;

beforeEach(async () => {
  db = await chassisDatabase();
  database = new Database({ url: db.url, poolSize: 2 });
  await database.connect();
});

afterEach(async () => {
  await database?.close();
  await db?.drop();
});

describe('migrate', () => {
  test('applies what is missing, once, also when two jobs run at the same time', async () => {
    const all = [...migrations, next];
    expect(await schemaIsCurrent(database, all)).toBe(false);
    const applied = await Promise.all([
      migrate({ url: db.ownerUrl, migrations: all }),
      migrate({ url: db.ownerUrl, migrations: all }),
    ]);
    expect(applied.flat()).toEqual(['AddColour1800000000000']);
    expect(await schemaIsCurrent(database, all)).toBe(true);
  });

  test('leaves nothing of a migration that fails half-way', async () => {
    const failing = sqlMigration('Fail1800000000001', ['create table half (id int)', 'select 1/0']);
    await expect(migrate({ url: db.ownerUrl, migrations: [...migrations, failing] })).rejects.toThrow(
      /division by zero/,
    );
    await asSuperuser(async (client) => {
      expect((await client.query("select to_regclass('half') as half")).rows).toEqual([{ half: null }]);
    }, db.name);
  });
});

describe('schemaIsCurrent', () => {
  test('accepts a schema that a newer version has migrated further', async () => {
    await migrate({ url: db.ownerUrl, migrations: [...migrations, next] });
    expect(await schemaIsCurrent(database, migrations)).toBe(true);
  });

  test('is false for a database that was never migrated', async () => {
    await asSuperuser((client) => client.query('drop table schema_migrations'), db.name);
    expect(await schemaIsCurrent(database, migrations)).toBe(false);
  });
});

describe('infrastructure tables', () => {
  test('have keys that all begin with organization_id, so that they distribute with the tenant tables', async () => {
    const owner = new pg.Client({ connectionString: db.ownerUrl });
    await owner.connect();
    try {
      const { rows } = await owner.query<{ first: string }>(
        `select a.attname as first from pg_constraint c
         join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
         where c.contype in ('p', 'u') and c.conrelid in
           ('outbox'::regclass, 'inbox'::regclass, 'dead_letters'::regclass, 'idempotency_keys'::regclass)`,
      );
      expect(rows.map(({ first }) => first)).toEqual(Array(4).fill('organization_id'));
    } finally {
      await owner.end();
    }
  });

  test('are made by plain statements a reader of a migration can see', () => {
    expect(infrastructureTables('some_service').every((statement) => !statement.includes(';'))).toBe(true);
  });
});
