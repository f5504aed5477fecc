import { Database } from '@finflow/chassis/database/database';
import { newId } from '@finflow/chassis/ids';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { categories } from '../../src/categorization/categories.ts';
import { entities } from '../../src/store/entities.ts';
import { Analytics } from '../support/analytics.ts';
import { Books } from '../support/books.ts';

/** Tables without an organization: what was migrated, and the catalogue that is the same for everybody. */
const REFERENCE_TABLES = ['schema_migrations', 'categories'];

let analytics: Analytics;
let database: Database;
beforeAll(async () => {
  analytics = await Analytics.start();
  database = new Database({ url: analytics.database.url });
  await database.connect();
});
afterAll(async () => {
  await database.close();
  await analytics.stop();
});

async function tenantTables(): Promise<string[]> {
  const rows = await analytics.rows<{ name: string }>(
    "select relname as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace order by 1",
  );
  return rows.map(({ name }) => name).filter((name) => !REFERENCE_TABLES.includes(name));
}

describe('every tenant table', () => {
  test('has keys that start with organization_id', async () => {
    const keys = await analytics.rows<{ table: string; first: string }>(
      `select c.relname as table, a.attname as first from pg_index i
       join pg_class c on c.oid = i.indrelid
       join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
       where i.indisunique and c.relnamespace = 'public'::regnamespace`,
    );
    const tables = await tenantTables();
    expect(tables.length).toBeGreaterThan(8);
    for (const table of tables) {
      const firsts = keys.filter((key) => key.table === table).map(({ first }) => first);
      expect([table, new Set(firsts)]).toEqual([table, new Set(['organization_id'])]);
    }
  });

  test('is closed by forced row-level security to all but its organization', async () => {
    const rows = await analytics.rows<{ name: string; forced: boolean; policies: string }>(
      `select relname as name, relrowsecurity and relforcerowsecurity as forced,
              (select count(*) from pg_policy p where p.polrelid = c.oid and p.polname = 'tenant') as policies
       from pg_class c where relkind = 'r' and relnamespace = 'public'::regnamespace`,
    );
    for (const table of await tenantTables()) {
      expect(rows.find(({ name }) => name === table)).toEqual({ name: table, forced: true, policies: '1' });
    }
  });

  test('belongs to nobody the service connects as', async () => {
    const owned = await analytics.rows(
      "select relname from pg_class where relowner = 'analytics_service'::regrole and relkind = 'r'",
    );
    expect(owned).toEqual([]);
  });
});

describe('the service’s role, speaking SQL', () => {
  test('sees and changes no row of another organization', async () => {
    const [one, other] = [await analytics.tenant(), await analytics.tenant()];
    await one.categorization.categorizeTransaction({ description: 'Rent', amount: { amountMinor: -1n } });
    await new Books(analytics.bus, one.organizationId).post('2026-03-01', { bank: 1, revenue: -1 });
    for (const table of ['transactions', 'ledger_months', 'books']) {
      const seen: unknown[] = await database.tenant(other.organizationId, (tx) => tx.query(`select * from ${table}`));
      expect([table, seen]).toEqual([table, []]);
      const own: unknown[] = await database.tenant(one.organizationId, (tx) => tx.query(`select * from ${table}`));
      expect([table, own.length > 0]).toEqual([table, true]);
    }
    const [, changed] = await database.tenant<[unknown, number]>(other.organizationId, (tx) =>
      tx.query("update transactions set category = 'other'"),
    );
    expect(changed).toBe(0);
  });

  test('sees nothing outside of a tenant transaction', async () => {
    expect(await database.dataSource.query('select * from transactions')).toEqual([]);
  });

  test('cannot write a row for another organization', async () => {
    const insert = database.tenant(newId(), (tx) =>
      tx.query('insert into books (organization_id, last_posted_at) values ($1, now())', [newId()]),
    );
    await expect(insert).rejects.toThrow(/row-level security/);
  });

  test('cannot change a forecast that was given, nor the catalogue', async () => {
    const denied = (sql: string) =>
      expect(database.tenant(newId(), (tx) => tx.query(sql))).rejects.toThrow(/permission denied/);
    await denied('update forecasts set sentence = $$trust me$$');
    await denied('delete from forecasts');
    await denied("insert into categories values ('x', 'X', 'x', 'expense')");
  });
});

test('the catalogue in the database is the one in the code', async () => {
  const rows = await analytics.rows('select key, name, kind, description from categories');
  expect(rows).toHaveLength(categories.length);
  expect(rows).toEqual(expect.arrayContaining([...categories]));
});

test('mapped columns are exactly those the tables have', async () => {
  // Columns that only SQL writes and no use case reads.
  const unmapped: Record<string, string[]> = { transactions: ['fingerprint', 'occurrence'], forecasts: [] };
  const source = analytics.service.parts.database.dataSource;
  for (const entity of entities) {
    const { tableName, columns } = source.getMetadata(entity);
    const rows = await analytics.rows<{ name: string }>(
      'select attname as name from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped',
      [tableName],
    );
    const mapped = columns.map(({ databaseName }) => databaseName);
    expect([...mapped, ...(unmapped[tableName] ?? [])].sort()).toEqual(rows.map(({ name }) => name).sort());
  }
});
