import { Database } from '@finflow/chassis/database/database';
import { sqlState } from '@finflow/chassis/database/sql-state';
import { newId } from '@finflow/chassis/ids';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { startAccounting, type TestAccounting, type TestMember } from '../accounting.ts';
import { expectLedgerToHold } from '../books.ts';

/** What the database refuses whoever asks: plain SQL, first as the role the service connects as, then as the owner. */
let accounting: TestAccounting;
let service: Database;
let owner: Database;
let member: TestMember;
let bank: string;
let rent: string;
let postedId: string;

beforeAll(async () => {
  accounting = await startAccounting();
  service = accounting.database;
  owner = new Database({ url: accounting.db.ownerUrl, poolSize: 2 });
  await owner.connect();
});
afterAll(async () => {
  await owner?.close();
  await accounting?.stop();
});

beforeEach(async () => {
  member = await accounting.member();
  const { accounts } = await member.ledger.listAccounts({ pageSize: 200 });
  const idOf = (code: string) => accounts.find((account) => account.code === code)?.id ?? '';
  bank = idOf('1000');
  rent = idOf('6050');
  const reply = await member.ledger.postJournalEntry({
    ...{ debitAccount: '6050', creditAccount: '1000' },
    amount: { currencyCode: 'USD', amountMinor: 100n },
  });
  postedId = reply.journalEntry?.id ?? '';
});

interface Line {
  account?: string;
  amount: number;
  currency?: string;
  organizationId?: string;
}

/** One statement that inserts an entry and its lines. */
function entry(lines: Line[], { id = newId(), organizationId = member.organizationId } = {}): [string, unknown[]] {
  const text = `with e as (
      insert into journal_entries (organization_id, id, source, date, description, created_at)
      values ($1, $2, 'manual:' || gen_random_uuid(), '2026-03-10', 'by hand', now())
    ) ${linesInto('$2')}`;
  return [text, [organizationId, id, ...columns(lines, organizationId)]];
}

const linesInto = (entryId: string) => `insert into journal_lines
  (organization_id, entry_id, line_no, account_id, currency, amount_minor)
  select l.organization_id, ${entryId}::uuid, l.ord::int, l.account_id, l.currency, l.amount
  from unnest($3::uuid[], $4::uuid[], $5::text[], $6::bigint[]) with ordinality
    as l (organization_id, account_id, currency, amount, ord)`;

function columns(lines: Line[], organizationId: string): unknown[] {
  return [
    lines.map((line) => line.organizationId ?? organizationId),
    lines.map((line) => line.account ?? bank),
    lines.map((line) => line.currency ?? 'USD'),
    lines.map((line) => line.amount),
  ];
}

/** Runs statements in one transaction of the organization; returns the SQLSTATE that stopped it, or 'committed'. */
async function outcome(
  database: Database,
  ...statements: [string, unknown[]?][]
): Promise<{ state: string; message: string }> {
  try {
    await database.tenant(member.organizationId, async (tx) => {
      for (const [text, values] of statements) await tx.query(text, values);
    });
    return { state: 'committed', message: '' };
  } catch (error) {
    return { state: sqlState(error) ?? '', message: (error as Error).message };
  }
}

const booksHold = () => expectLedgerToHold(accounting, member.organizationId);

describe.each([
  ['the service’s role', () => service],
  ['the owner', () => owner],
])('as %s', (_who, client) => {
  const amounts = (...list: number[]) => list.map((amount) => ({ amount }));

  test('an entry that balances is taken, and balances follow', async () => {
    expect(await outcome(client(), entry([{ amount: 7, account: rent }, { amount: -7 }]))).toMatchObject({
      state: 'committed',
    });
    await booksHold();
  });

  test('an entry that does not sum to zero is refused', async () => {
    expect(await outcome(client(), entry([{ amount: 7, account: rent }, { amount: -6 }]))).toMatchObject({
      state: 'LG001',
      message: expect.stringContaining('does not sum to zero in USD: debits 7, credits 6'),
    });
  });

  test('an entry that sums to zero only across currencies is refused', async () => {
    const lines = [
      { amount: 7, currency: 'EUR' },
      { amount: -7, currency: 'USD' },
    ];
    expect(await outcome(client(), entry(lines))).toMatchObject({ state: 'LG001' });
  });

  test('one good entry does not carry a bad one along', async () => {
    const refused = await outcome(client(), entry(amounts(5, -5)), entry(amounts(5, -4)));
    expect(refused.state).toBe('LG001');
    await booksHold();
  });

  test('an entry of one line is refused', async () => {
    expect(await outcome(client(), entry(amounts(7)))).toMatchObject({
      state: 'LG002',
      message: expect.stringContaining('fewer than two lines'),
    });
  });

  test('an entry of no line is refused', async () => {
    expect(await outcome(client(), entry([]))).toMatchObject({
      state: 'LG002',
      message: expect.stringContaining('has no lines'),
    });
  });

  test('an entry whose lines come in a later statement is refused', async () => {
    const id = newId();
    const [text, values] = entry([], { id });
    const later: [string, unknown[]] = [
      `with n as (select $1::uuid, $2::uuid) ${linesInto('$2')}`,
      [member.organizationId, id, ...columns(amounts(1, -1), member.organizationId)],
    ];
    expect(await outcome(client(), [text, values], later)).toMatchObject({ state: 'LG002' });
  });

  test('a line of zero is refused', async () => {
    expect(await outcome(client(), entry(amounts(0, 0)))).toMatchObject({ state: '23514' });
  });

  test('lines do not join an entry of another transaction, balanced as they may be', async () => {
    const join: [string, unknown[]] = [
      `insert into journal_lines (organization_id, entry_id, line_no, account_id, currency, amount_minor)
       values ($1, $2, 3, $3, 'USD', 5), ($1, $2, 4, $4, 'USD', -5)`,
      [member.organizationId, postedId, bank, rent],
    ];
    expect(await outcome(client(), join)).toMatchObject({
      state: 'LG003',
      message: expect.stringContaining('was not made by this transaction'),
    });
    await booksHold();
  });

  test('lines do not join an entry that is not there', async () => {
    const [, values] = entry(amounts(1, -1));
    expect(await outcome(client(), [`with n as (select $1::uuid, $2::uuid) ${linesInto('$2')}`, values])).toMatchObject(
      { state: 'LG003' },
    );
  });

  test('lines may join an entry of the same transaction, each statement in balance', async () => {
    const id = newId();
    const more = (list: number[]): [string, unknown[]] => [
      `insert into journal_lines (organization_id, entry_id, line_no, account_id, currency, amount_minor)
       select $1, $2, 10 + n, $3, 'USD', a from unnest($4::bigint[]) with ordinality as x (a, n)`,
      [member.organizationId, id, rent, list],
    ];
    expect(await outcome(client(), entry(amounts(1, -1), { id }), more([4, -4]))).toMatchObject({ state: 'committed' });
    await booksHold();
    const other = newId();
    const [text, values] = more([4]);
    expect(await outcome(client(), entry(amounts(1, -1), { id: other }), [text, values.with(1, other)])).toMatchObject({
      state: 'LG002',
    });
  });

  test('a line on a closed account is refused', async () => {
    await accounting.asSuperuser('update accounts set closed_at = now() where id = $1', [rent]);
    expect(await outcome(client(), entry([{ amount: 7, account: rent }, { amount: -7 }]))).toMatchObject({
      state: 'LG005',
      message: expect.stringContaining('is closed'),
    });
  });

  test('a line on another organization’s account is refused', async () => {
    const stranger = await accounting.member();
    const { accounts } = await stranger.ledger.listAccounts({});
    const lines = [{ amount: 7, account: accounts[0]?.id }, { amount: -7 }];
    expect(await outcome(client(), entry(lines))).toMatchObject({
      state: 'LG004',
      message: expect.stringContaining('not in this organization'),
    });
  });

  test('another organization’s rows are neither seen nor written', async () => {
    const stranger = await accounting.member();
    await stranger.ledger.postJournalEntry({
      ...{ debitAccount: '6050', creditAccount: '1000' },
      amount: { currencyCode: 'USD', amountMinor: 1n },
    });
    for (const table of ['journal_entries', 'journal_lines', 'accounts', 'account_balances']) {
      const rows = await client().tenant(member.organizationId, (tx) =>
        tx.query(`select distinct organization_id from ${table}`),
      );
      expect(rows).toEqual([{ organization_id: member.organizationId }]);
    }
    const foreign = entry(amounts(1, -1), { organizationId: stranger.organizationId });
    expect(await outcome(client(), foreign)).toMatchObject({ state: '42501' });
    const foreignLines = entry(amounts(1, -1).map((line) => ({ ...line, organizationId: stranger.organizationId })));
    expect(await outcome(client(), foreignLines)).toMatchObject({ state: '42501' });
  });

  test('without an organization nothing is seen, and nothing can be written', async () => {
    expect(await client().dataSource.query('select from journal_entries')).toEqual([]);
    await expect(client().dataSource.query(...entry(amounts(1, -1)))).rejects.toMatchObject({ code: '42501' });
  });

  test.each([
    ['UPDATE of an entry', "update journal_entries set description = 'x' where id = $1"],
    ['UPDATE of a line', 'update journal_lines set amount_minor = amount_minor * 2 where entry_id = $1'],
    ['UPDATE of nothing', "update journal_entries set description = 'x' where id = $1 and false"],
    [
      'an upsert',
      `insert into journal_entries (organization_id, id, source, date, description, created_at)
       select organization_id, id, source, date, description, created_at from journal_entries where id = $1
       on conflict (organization_id, id) do update set description = 'x'`,
    ],
    ['DELETE of an entry', 'delete from journal_entries where id = $1'],
    ['DELETE of a line', 'delete from journal_lines where entry_id = $1'],
    ['TRUNCATE of entries', 'truncate journal_entries cascade'],
    ['TRUNCATE of lines', 'truncate journal_lines'],
    ['UPDATE of a balance', 'update account_balances set debit_minor = 0'],
    ['INSERT of a balance', `insert into account_balances values (gen_random_uuid(), gen_random_uuid(), 'USD', 0, 0)`],
    ['DELETE of a balance', 'delete from account_balances'],
    ['TRUNCATE of balances', 'truncate account_balances'],
    ['DELETE of an account', 'delete from accounts'],
    ['TRUNCATE of accounts', 'truncate accounts'],
    ['another type for an account', "update accounts set type = 'EXPENSE'"],
  ])('%s is refused', async (_what, text) => {
    const before = await accounting.asSuperuser('select * from journal_lines order by entry_id, line_no');
    const { state, message } = await outcome(client(), [text, text.includes('$1') ? [postedId] : []]);
    // The service's role has no such privilege; the owner, who has every one, meets the trigger.
    if (client() === service) expect(state).toBe('42501');
    else expect({ state, message }).toMatchObject({ state: expect.stringMatching(/^LG00[678]$/) });
    expect(await accounting.asSuperuser('select * from journal_lines order by entry_id, line_no')).toEqual(before);
    await booksHold();
  });

  test('an entry cannot claim to belong to another transaction', async () => {
    const claim: [string, unknown[]] = [
      `insert into journal_entries (organization_id, id, source, date, description, created_at, transaction_id)
       values ($1, $2, 'x', '2026-03-10', '', now(), '1'::xid8)`,
      [member.organizationId, newId()],
    ];
    expect((await outcome(client(), claim)).state).toMatch(/^(42501|LG00[23])$/);
  });
});

test('the superuser, past row-level security, meets the same rules', async () => {
  const unbalanced = entry([{ amount: 7, account: rent }, { amount: -6 }]);
  await expect(accounting.asSuperuser(...unbalanced)).rejects.toMatchObject({ code: expect.stringMatching(/^LG/) });
  await expect(accounting.asSuperuser('delete from journal_lines')).rejects.toMatchObject({ code: 'LG006' });
  await expect(accounting.asSuperuser('truncate journal_entries, journal_lines cascade')).rejects.toMatchObject({
    code: 'LG006',
  });
});
