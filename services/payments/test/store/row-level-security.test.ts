import { newId } from '@finflow/chassis/ids';
import { type TestDatabase, testDatabase } from '@finflow/chassis/testing/postgres';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';

// The service's own role, speaking SQL, as whoever had stolen its password would.
let database: TestDatabase;
let sql: pg.Client;
const organization = newId();
const stranger = newId();
const paymentId = newId();
const refundId = newId();

beforeAll(async () => {
  database = await testDatabase('payments');
  sql = new pg.Client({ connectionString: database.url });
  await sql.connect();
  await as(organization, async () => {
    await sql.query(insertPayment(paymentId));
    await sql.query(insertRefund(refundId));
    await sql.query(
      `insert into reconciliations (organization_id, subject, subject_id, due_at) values ('${organization}', 'PAYMENT', '${paymentId}', now())`,
    );
    await sql.query(
      `insert into webhook_events (organization_id, event_id, type, received_at) values ('${organization}', 'evt_1', 'x', now())`,
    );
  });
});
afterAll(async () => {
  await sql.end();
  await database.drop();
});

async function as<T>(organizationId: string, work: () => Promise<T>): Promise<T> {
  await sql.query('begin');
  try {
    await sql.query("select set_config('finflow.organization_id', $1, true)", [organizationId]);
    const result = await work();
    await sql.query('commit');
    return result;
  } catch (error) {
    await sql.query('rollback');
    throw error;
  }
}

const values = (change: Record<string, string>) => ({
  organization_id: `'${organization}'`,
  id: `'${newId()}'`,
  user_id: `'${newId()}'`,
  status: "'COMPLETED'",
  amount_minor: '1000',
  currency_code: "'USD'",
  description: "''",
  metadata: "'{}'",
  processor_id: `'pi_${newId()}'`,
  created_at: 'now()',
  updated_at: 'now()',
  completed_at: 'now()',
  ...change,
});
const insert = (table: string, row: Record<string, string>) =>
  `insert into ${table} (${Object.keys(row).join(', ')}) values (${Object.values(row).join(', ')})`;
const insertPayment = (id: string, change: Record<string, string> = {}) =>
  insert('payments', values({ id: `'${id}'`, ...change }));
const insertRefund = (id: string, change: Record<string, string> = {}) => {
  const { user_id: _, description: __, metadata: ___, ...row } = values({ id: `'${id}'`, ...change });
  return insert('refunds', { payment_id: `'${paymentId}'`, reason: "''", ...row });
};

const tables = ['payments', 'refunds', 'reconciliations', 'webhook_events', 'outbox', 'idempotency_keys'];

describe('another organization’s rows', () => {
  it.each(tables)('of %s are not there, with or without an organization of one’s own', async (table) => {
    expect((await sql.query(`select * from ${table}`)).rows).toEqual([]);
    expect(await as(stranger, async () => (await sql.query(`select * from ${table}`)).rows)).toEqual([]);
  });

  it('are neither changed nor removed', async () => {
    for (const statement of [
      'update payments set amount_minor = 1',
      'delete from payments',
      'update refunds set amount_minor = 1',
      'update reconciliations set attempts = 9',
      'delete from webhook_events',
    ]) {
      expect(await as(stranger, async () => (await sql.query(statement)).rowCount)).toBe(0);
    }
  });

  it('are not made, nor given away', async () => {
    const refused = 'row-level security';
    await expect(as(stranger, () => sql.query(insertPayment(newId())))).rejects.toThrow(refused);
    await expect(sql.query(insertPayment(newId()))).rejects.toThrow(refused);
    const give = `update payments set organization_id = '${stranger}'`;
    await expect(as(organization, () => sql.query(give))).rejects.toThrow(refused);
  });

  it('stay closed to the scope that reconciles: it sees ids and times', async () => {
    await sql.query('begin');
    await sql.query("select set_config('finflow.scope', 'system', true)");
    expect((await sql.query('select * from payments')).rows).toEqual([]);
    expect((await sql.query('select * from refunds')).rows).toEqual([]);
    expect((await sql.query('select subject_id from reconciliations')).rows).toEqual([{ subject_id: paymentId }]);
    await sql.query('rollback');
  });
});

describe('the role of the service', () => {
  it.each([
    'alter table payments disable row level security',
    'alter table payments drop constraint payments_pkey',
    'truncate payments',
    'drop policy tenant on payments',
    'set role payments_owner',
    'create table mine (id int)',
    'delete from refunds',
  ])('may not %s', async (statement) => {
    await expect(sql.query(statement)).rejects.toThrow(/must be owner|permission denied/);
  });
});

describe('the database itself refuses', () => {
  it.each([
    ['a payment of nothing', { amount_minor: '0' }],
    ['a negative payment', { amount_minor: '-1' }],
    ['a status that does not exist', { status: "'PAID'" }],
    ['a currency that is none', { currency_code: "'usd'" }],
    ['more given back than was paid', { amount_refunded_minor: '1001', status: "'REFUNDED'" }],
    [
      'more set aside than is left',
      { amount_refunded_minor: '600', amount_reserved_minor: '401', status: "'PARTIALLY_REFUNDED'" },
    ],
    ['a negative reservation', { amount_reserved_minor: '-1' }],
    ['REFUNDED with less than all given back', { amount_refunded_minor: '999', status: "'REFUNDED'" }],
    ['COMPLETED with something given back', { amount_refunded_minor: '1' }],
    ['COMPLETED without its instant', { completed_at: 'null' }],
    ['COMPLETED without the processor’s id', { processor_id: 'null' }],
    ['COMPLETED with a reason for failure', { failure_code: "'x'" }],
    ['FAILED without a reason', { status: "'FAILED'", completed_at: 'null' }],
    ['PENDING without a card', { status: "'PENDING'", completed_at: 'null', processor_id: 'null' }],
    ['a card kept after the decision', { source: "'x'" }],
    [
      'a refund set aside before it was paid',
      { status: "'PENDING'", completed_at: 'null', source: "'x'", amount_reserved_minor: '1' },
    ],
  ])('%s', async (_, change) => {
    await expect(as(organization, () => sql.query(insertPayment(newId(), change)))).rejects.toMatchObject({
      code: '23514',
    });
  });

  it.each([
    ['a refund of nothing', { amount_minor: '0' }, '23514'],
    ['a refund COMPLETED without its instant', { completed_at: 'null' }, '23514'],
    ['a refund FAILED without a reason', { status: "'FAILED'", completed_at: 'null' }, '23514'],
    ['a refund of no payment', { payment_id: `'${newId()}'` }, '23503'],
  ])('%s', async (_, change, code) => {
    await expect(as(organization, () => sql.query(insertRefund(newId(), change)))).rejects.toMatchObject({ code });
  });

  it('one charge under two payments, and one webhook event twice', async () => {
    const twice = async () => {
      await sql.query(insertPayment(newId(), { processor_id: "'pi_same'" }));
      await sql.query(insertPayment(newId(), { processor_id: "'pi_same'" }));
    };
    await expect(as(organization, twice)).rejects.toMatchObject({ code: '23505' });
    const event = `insert into webhook_events values ('${organization}', 'evt_1', 'x', now())`;
    await expect(as(organization, () => sql.query(event))).rejects.toMatchObject({ code: '23505' });
  });
});

describe('the schema', () => {
  it('could be split by organization: every key begins with it', async () => {
    const owner = new pg.Client({ connectionString: database.ownerUrl });
    await owner.connect();
    const { rows } = await owner.query(`
      select c.conrelid::regclass::text as table, c.conname, a.attname as first
      from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
      where c.contype in ('p', 'u') and c.connamespace = 'public'::regnamespace and c.conrelid::regclass::text <> 'schema_migrations'`);
    await owner.end();
    expect(rows.length).toBeGreaterThan(6);
    expect(rows.filter(({ first }) => first !== 'organization_id')).toEqual([]);
  });
});
