import { DashboardService } from '@finflow/proto/finflow/analytics/v1/dashboard_pb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Company } from '../src/company.ts';
import { eventually } from '../src/eventually.ts';
import { inAnalytics } from '../src/local-database.ts';
import { Platform } from '../src/platform.ts';
import { Program } from '../src/program.ts';
import { settled } from '../src/settled.ts';

let platform: Platform;
let company: Company;
beforeAll(async () => {
  platform = await Platform.start();
  company = await Company.register(platform.url, 'Rebuilt');
  for (let times = 0; times < 3; times += 1) {
    await company.payment({ invoiceId: await company.invoice() });
    await company.entry();
  }
  await company.invoice();
  await settled(company.session);
}, 120_000);
afterAll(async () => {
  await platform?.stop();
}, 60_000);

/** The command as a person types it, told where the platform is. */
function rebuild(...args: string[]): Program {
  const where = ['--local', '--data', platform.dataDir];
  return new Program('services/local/src/rebuild.ts', ['analytics', ...where, ...args]);
}

const figures = async () => await company.session.client(DashboardService).getDashboard({});

async function plantDrift(): Promise<void> {
  const [, changed] = await inAnalytics<[unknown, number]>(
    platform.dataDir,
    "update ledger_months set debit_minor = debit_minor + 100, lines = lines + 1 where account_code = '1000'",
  );
  expect(changed).toBe(1);
}

test('a read model made of events is the one the journal makes', async () => {
  const program = rebuild();
  expect([await program.ended(), program.stderr]).toEqual([0, '']);
  expect(program.stdout).toContain('Nothing differs');
  expect(program.stdout).toMatch(/^Rebuilt 1 organization from \d+ entries in /);
}, 60_000);

test('drift is told, exit code 1, and mended by a swap', async () => {
  const before = await figures();
  await plantDrift();
  const compared = rebuild('--json');
  expect(await compared.ended()).toBe(1);
  const { drifted, drift } = JSON.parse(compared.stdout) as { drifted: boolean; drift: { months: unknown[] } };
  expect([drifted, drift.months]).toEqual([
    true,
    [expect.objectContaining({ organizationId: company.session.organizationId, accountCode: '1000' })],
  ]);
  expect(await figures()).not.toEqual(before);
  const swapped = rebuild('--swap');
  expect(await swapped.ended()).toBe(0);
  expect(swapped.stdout).toMatch(/1000 Bank .* USD 1\.00 +\+1\n/);
  expect(swapped.stdout).toContain('Swapped: 1 row of the live read model replaced');
  expect(await figures()).toEqual(before);
}, 120_000);

test('killed at some moment, it has changed all or nothing, and the next one is none the wiser', async () => {
  const good = await figures();
  await plantDrift();
  const drifted = await figures();
  const program = rebuild('--swap');
  await eventually(async () => {
    const schemas: unknown[] = await inAnalytics(
      platform.dataDir,
      "select from pg_namespace where nspname = 'rebuild'",
    );
    expect(schemas).toHaveLength(1);
  });
  program.kill();
  await program.ended();
  expect([good, drifted]).toContainEqual(await figures());
  expect(await rebuild('--swap').ended()).toBe(0);
  expect(await figures()).toEqual(good);
}, 120_000);

test('what is mistyped is told in a sentence', async () => {
  const run = async (...args: string[]) => {
    const program = new Program('services/local/src/rebuild.ts', args);
    return [await program.ended(), program.stderr.split('\n')[0]];
  };
  expect(
    await Promise.all([
      run('payments'),
      run('--organization', 'acme'),
      run('--data', '/nowhere'),
      run('--nope'),
      run(),
      run('analytics', '--local', '--data', '/nowhere'),
    ]),
  ).toEqual([
    [2, 'There is no read model "payments": analytics has one.'],
    [2, '--organization must be a UUID, not "acme".'],
    [2, '--data goes with --local.'],
    [2, "Unknown option '--nope'."],
    [2, 'Say what to rebuild: npm run rebuild -- analytics.'],
    [1, 'FinFlow does not run in /nowhere: start it with `npm start`, or name its folder with --data.'],
  ]);
}, 60_000);
