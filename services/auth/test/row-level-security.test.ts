import { Database } from '@finflow/chassis/database/database';
import { newId } from '@finflow/chassis/ids';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Auth } from './support/auth.ts';
import { member, newEmail, type Person, registered } from './support/people.ts';

const REFUSED = /violates row-level security policy|permission denied/;
let auth: Auth;
let database: Database;
let ours: Person;
let theirs: Person;

// What anybody can do who holds the service's own password and speaks SQL.
beforeAll(async () => {
  auth = await Auth.start();
  [ours, theirs] = [await registered(auth), await registered(auth)];
  for (const owner of [ours, theirs]) {
    await member(auth, owner, 'VIEWER');
    await auth.as(owner.accessToken).organizations.inviteMember({ email: newEmail(), role: 1 });
  }
  database = new Database({ url: auth.database.url });
  await database.connect();
});
afterAll(async () => {
  await database.close();
  await auth.stop();
});

const inOurs = (sql: string, parameters: unknown[] = []) =>
  database.tenant(ours.organizationId, (tx) => tx.query(sql, parameters));

const EVERY_TABLE = [
  ...['organizations', 'memberships', 'invitations', 'users', 'sessions', 'refresh_tokens', 'signing_keys', 'attempts'],
  ...['outbox', 'inbox', 'dead_letters', 'idempotency_keys'],
];

describe('the database, spoken to in SQL as auth_service', () => {
  test.each(EVERY_TABLE)('shows no row of %s outside a transaction that says for whom', async (table) => {
    expect(await database.dataSource.query(`select * from ${table}`)).toEqual([]);
  });

  test.each(['organizations', 'memberships', 'invitations'])(
    "shows an organization its own rows of %s and no other's",
    async (table) => {
      const rows: { organization_id: string }[] = await inOurs(`select organization_id from ${table}`);
      expect(rows.length).toBeGreaterThan(0);
      expect(new Set(rows.map(({ organization_id }) => organization_id))).toEqual(new Set([ours.organizationId]));
    },
  );

  test('shows an organization the persons who belong to it', async () => {
    const rows: { id: string }[] = await inOurs('select id from users');
    expect(rows).toHaveLength(2);
    expect(rows.map(({ id }) => id)).toContain(ours.id);
    expect(rows.map(({ id }) => id)).not.toContain(theirs.id);
  });

  test.each(['sessions', 'refresh_tokens', 'signing_keys', 'attempts'])(
    'shows no organization any row of %s',
    async (table) => {
      expect(await inOurs(`select * from ${table}`)).toEqual([]);
    },
  );

  test.each([
    ['an organization', `insert into organizations values ($1, 'x', 'USD', 'UTC', now(), now())`],
    ['a member', `insert into memberships values ($1, $2, 'OWNER', now())`],
    ['an invitation', `insert into invitations values ($1, $3, 'x@example.com', 'OWNER', '\\x00', $2, now(), now())`],
  ])("refuses to write %s of another's", async (_, sql) => {
    const parameters = [theirs.organizationId, ours.id, newId()].slice(0, (sql.match(/\$\d/g) ?? []).length);
    await expect(inOurs(sql, parameters)).rejects.toThrow(REFUSED);
  });

  test.each([
    ['change', 'update organizations set name = name where organization_id = $1'],
    ['promote in', `update memberships set role = 'OWNER' where organization_id = $1`],
    ['remove from', 'delete from memberships where organization_id = $1'],
    ['withdraw invitations of', 'delete from invitations where organization_id = $1'],
  ])("finds nothing to %s another's", async (_, sql) => {
    const [, count]: [unknown, number] = await inOurs(sql, [theirs.organizationId]);
    expect(count).toBe(0);
  });

  test("refuses to move a member into another's", async () => {
    const move = 'update memberships set organization_id = $1 where user_id = $2';
    await expect(inOurs(move, [theirs.organizationId, ours.id])).rejects.toThrow(REFUSED);
  });

  test('lets an organization change nothing about a person', async () => {
    const [, count]: [unknown, number] = await inOurs(`update users set platform_role = 'ADMIN'`);
    expect(count).toBe(0);
  });

  test.each(['users', 'organizations', 'memberships', 'sessions', 'outbox'])(
    'does not let %s be emptied',
    async (table) => {
      await expect(database.system((tx) => tx.query(`truncate ${table} cascade`))).rejects.toThrow(/permission denied/);
    },
  );

  test('deletes no person, whoever asks', async () => {
    await expect(database.system((tx) => tx.query('delete from users'))).rejects.toThrow(/permission denied/);
  });

  test('lets the role change neither the schema nor the policies', async () => {
    for (const sql of [
      'drop table attempts',
      'alter table users disable row level security',
      'create table mine (id int)',
    ]) {
      await expect(database.system((tx) => tx.query(sql))).rejects.toThrow(/must be owner|permission denied/);
    }
  });
});

describe('the schema', () => {
  test('closes every table, to its owner too', async () => {
    const open = await auth.rows<{ relname: string }>(
      `select relname from pg_class join pg_namespace n on n.oid = relnamespace
       where relkind = 'r' and nspname = 'public' and relname <> 'schema_migrations'
         and not (relrowsecurity and relforcerowsecurity)`,
    );
    expect(open).toEqual([]);
  });

  test('refuses an email that is not in its normal form, and the same one twice', async () => {
    const insert = `insert into users (id, email, password_hash, platform_role, created_at, updated_at)
      values ($1, $2, 'x', 'USER', now(), now())`;
    const system = (email: string) => database.system((tx) => tx.query(insert, [newId(), email]));
    await expect(system('Ada@Example.com')).rejects.toThrow(/violates check constraint/);
    await expect(system(ours.email)).rejects.toThrow(/duplicate key/);
  });

  test('is what the code maps', async () => {
    const log = await auth.service.parts.database.dataSource.driver.createSchemaBuilder().log();
    // Constraints, indexes and defaults are the migrations' own; columns and their types must agree.
    const drift = log.upQueries
      .map(({ query }) => query)
      .filter((query) => /(ADD|DROP|ALTER) COLUMN|(ADD|DROP) "/.test(query));
    expect(drift.filter((query) => !/DROP DEFAULT/.test(query))).toEqual([]);
  });
});
