import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startAccounting, type TestAccounting } from '../accounting.ts';

/** The schema must be able to be split by organization: what the catalogue says about every tenant table. */
let accounting: TestAccounting;
beforeAll(async () => {
  accounting = await startAccounting();
});
afterAll(async () => await accounting?.stop());

/** The one table that is not about any organization: which migrations were applied. */
const NOT_TENANT = ['schema_migrations'];

const names = async (sql: string, values: unknown[] = [NOT_TENANT]) =>
  (await accounting.asSuperuser(sql, values)).map(({ name }) => name);

const TABLES = `select c.oid, c.relname from pg_class c
  where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relname = any($1)`;

test('every table is a tenant table', async () => {
  const tables = await names(`select relname as name from (${TABLES}) t order by 1`);
  expect(tables).toEqual([
    ...['account_balances', 'accounts', 'categorized_transactions', 'dead_letters', 'idempotency_keys', 'inbox'],
    ...['invoice_counters', 'invoice_line_items', 'invoices', 'journal_entries', 'journal_lines', 'organizations'],
    ...['outbox', 'settlements'],
  ]);
  const without = `select relname as name from (${TABLES}) t where not exists (
    select from pg_attribute a where a.attrelid = t.oid and a.attname = 'organization_id' and a.attnotnull
      and a.atttypid = 'uuid'::regtype)`;
  expect(await names(without)).toEqual([]);
});

test('every primary and unique key begins with organization_id', async () => {
  const breaking = `select i.indexrelid::regclass::text as name from (${TABLES}) t
    join pg_index i on i.indrelid = t.oid and i.indisunique
    join pg_attribute a on a.attrelid = t.oid and a.attnum = i.indkey[0]
    where a.attname <> 'organization_id'`;
  expect(await names(breaking)).toEqual([]);
  const withoutKey = `select relname as name from (${TABLES}) t
    where not exists (select from pg_index i where i.indrelid = t.oid and i.indisprimary)`;
  expect(await names(withoutKey)).toEqual([]);
});

test('every foreign key joins rows of one organization', async () => {
  const breaking = `select k.conname as name from (${TABLES}) t
    join pg_constraint k on k.conrelid = t.oid and k.contype = 'f'
    join pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[1]
    join pg_attribute b on b.attrelid = k.confrelid and b.attnum = k.confkey[1]
    where a.attname <> 'organization_id' or b.attname <> 'organization_id'`;
  expect(await names(breaking)).toEqual([]);
});

test('every table forces row-level security, with a policy', async () => {
  const open = `select t.relname as name from (${TABLES}) t join pg_class c on c.oid = t.oid
    where not (c.relrowsecurity and c.relforcerowsecurity)
      or not exists (select from pg_policy p where p.polrelid = t.oid and p.polname = 'tenant')`;
  expect(await names(open)).toEqual([]);
});

test('the service owns nothing, and may do to the journal nothing but read and add', async () => {
  const owned = `select relname as name from pg_class where relowner = 'accounting_service'::regrole and $1::text[] is not null`;
  expect(await names(owned)).toEqual([]);
  const rights = await accounting.asSuperuser(
    `select table_name, string_agg(privilege_type, ' ' order by privilege_type) as rights
     from information_schema.role_table_grants where grantee = 'accounting_service' group by 1 order by 1`,
  );
  const of = Object.fromEntries(rights.map(({ table_name, rights: list }) => [table_name, list]));
  expect(of).toMatchObject({
    account_balances: 'SELECT',
    accounts: 'INSERT SELECT',
    journal_entries: 'SELECT',
    journal_lines: 'INSERT SELECT',
  });
  const columns = await accounting.asSuperuser(
    `select column_name from information_schema.role_column_grants
     where grantee = 'accounting_service' and table_name = 'journal_entries' and privilege_type = 'INSERT'`,
  );
  expect(columns.map(({ column_name }) => column_name)).not.toContain('transaction_id');
  expect(columns).toHaveLength(9);
});

test('TypeORM would change nothing about the tables it knows', async () => {
  // Its own idea of the schema: columns and types. Keys, checks and indexes are the migrations' alone.
  for (const { tableName, columns } of accounting.database.dataSource.entityMetadatas) {
    const rows = await accounting.asSuperuser(
      `select a.attname as name, format_type(a.atttypid, a.atttypmod) as type, a.attnotnull as required
       from pg_attribute a where a.attrelid = $1::regclass and a.attnum > 0 and not a.attisdropped`,
      [tableName],
    );
    const actual = new Map(rows.map(({ name, type, required }) => [name, { type, required }]));
    for (const column of columns) {
      const precision = column.precision === undefined || column.precision === null ? '' : `(${column.precision})`;
      const type = String(column.type).replace('timestamp with', `timestamp${precision} with`);
      expect([tableName, column.databaseName, actual.get(column.databaseName)]).toEqual([
        tableName,
        column.databaseName,
        { type, required: !column.isNullable },
      ]);
    }
  }
});
