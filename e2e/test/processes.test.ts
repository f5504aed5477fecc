import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Code, ConnectError } from '@connectrpc/connect';
import { LedgerService } from '@finflow/proto/finflow/accounting/v1/ledger_pb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Company } from '../src/company.ts';
import { eventually } from '../src/eventually.ts';
import { Platform } from '../src/platform.ts';
import { runningProcesses } from '../src/process-table.ts';
import { repository } from '../src/program.ts';
import { settled } from '../src/settled.ts';
import { describeOverKafka } from '../src/ways.ts';

const START_MS = 180_000;
const firstSteps = join(repository, 'docs/guides/first-steps.sh');

let platform: Platform;
let company: Company;

/** The one process of the platform whose command line has this in it. */
async function pidOf(part: string): Promise<number> {
  const found = (await platform.processes()).filter(
    ({ command }) => command.includes(part) && !command.includes('sh -c'),
  );
  expect(found).toHaveLength(1);
  return found[0]!.pid;
}

/** Waits until none of these processes runs. */
async function gone(processes: readonly { pid: number; command: string }[]): Promise<void> {
  await eventually(async () => {
    const left = (await runningProcesses()).filter(({ pid, command }) =>
      processes.some((one) => one.pid === pid && one.command === command),
    );
    expect(left).toEqual([]);
  }, 30_000);
}

describeOverKafka('each service a process of its own', () => {
  beforeAll(async () => {
    platform = await Platform.start({ kafka: true });
    company = await Company.register(platform.url, 'Alder');
  }, START_MS);
  afterAll(async () => {
    await platform?.stop();
  }, 60_000);

  test('a service that is killed is started again; meanwhile requests say who is away', async () => {
    const accounts = () => company.session.client(LedgerService).listAccounts({});
    const before = await eventually(accounts);
    process.kill(await pidOf('services/accounting/src/main.ts'), 'SIGKILL');
    const refusal = await eventually(async () => {
      const error = await accounts().then(() => undefined, ConnectError.from);
      expect(error).toBeDefined();
      return error!;
    });
    expect([refusal.code, refusal.rawMessage]).toEqual([
      Code.Unavailable,
      expect.stringMatching(/^accounting is being started again/),
    ]);
    expect((await eventually(accounts)).totalSize).toEqual(before.totalSize);
    expect(platform.output).toContain('accounting was ended by SIGKILL: starting it again.\n');
    // The group of consumers takes its new member up when the old one has been silent for long enough.
    await eventually(async () => (await Company.register(platform.url, 'Birch')).invoice(), 60_000);
    const { stdout } = await promisify(execFile)('sh', [firstSteps, platform.url]);
    expect(stdout).toContain('The whole journey works.');
  }, 120_000);

  test.each([
    ['Kafka', 'kafka.Kafka'],
    ['The schema registry', 'apicurio-registry'],
  ])(
    '%s, killed, is started again, and what was done meanwhile takes effect',
    async (name, program) => {
      const invoiceId = await company.invoice();
      process.kill(await pidOf(program), 'SIGKILL');
      await company.payment({ invoiceId });
      await eventually(async () => expect(platform.output).toContain(`${name} ended: starting it again.\n`));
      await eventually(() => settled(company.session), 60_000);
      await eventually(() => pidOf(program), 30_000);
    },
    120_000,
  );

  test('stopped, it leaves no process and nothing in Kafka that was not handled', async () => {
    const processes = await platform.processes();
    expect(processes.length).toBeGreaterThan(8);
    await company.payment({ invoiceId: await company.invoice() });
    await platform.terminate();
    await gone(processes);
  }, 60_000);

  test(
    'the same folder goes on in one process, and over Kafka again',
    async () => {
      await platform.restart({ kafka: false });
      expect(platform.output).not.toContain('did not end in good order');
      await company.session.signIn();
      await settled(company.session);
      await company.payment({ invoiceId: await company.invoice() });
      await platform.terminate();

      await platform.restart({ kafka: true });
      await company.session.signIn();
      await company.payment({ invoiceId: await company.invoice() });
      await settled(company.session);
    },
    START_MS,
  );

  test('kill -9 of the platform leaves no process, even one that is held still', async () => {
    const processes = await platform.processes();
    process.kill(await pidOf('services/analytics/src/main.ts'), 'SIGSTOP');
    await platform.kill();
    await gone(processes);
  }, 60_000);

  test(
    'a run without Kafka after that says that Kafka may hold something, and the next one with it goes on',
    async () => {
      await platform.restart({ kafka: false });
      expect(platform.output).toMatch(/^The last run with --kafka did not end in good order: .*\nFinFlow is ready/m);
      await platform.terminate();
      await platform.restart({ kafka: true });
      await company.session.signIn();
      await settled(company.session);
    },
    START_MS,
  );
});
