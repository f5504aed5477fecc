import { Database } from '@finflow/chassis/database/database';
import { newId } from '@finflow/chassis/ids';
import { appendEvents } from '@finflow/chassis/outbox/append';
import { runningPlatform } from '@finflow/local/src/running-platform.ts';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Company } from '../src/company.ts';
import { eventually } from '../src/eventually.ts';
import { Platform } from '../src/platform.ts';
import { Program } from '../src/program.ts';

let platform: Platform;
let company: Company;
beforeAll(async () => {
  platform = await Platform.start();
  company = await Company.register(platform.url, 'Afloat');
}, 120_000);
afterAll(async () => {
  await platform?.stop();
}, 60_000);

/** The command as a person types it. */
async function dlq(...args: string[]) {
  const program = new Program('services/local/src/dlq.ts', args);
  return { code: await program.ended(), out: program.stdout, err: program.stderr };
}

const accounting = () => ['--service', 'accounting', '--data', platform.dataDir];

/** What a newer analytics would publish: a category that this accounting has no account for. */
async function publishUnknownCategory(): Promise<string> {
  const { organizationId } = company.session;
  const id = newId();
  const url = (await runningPlatform(platform.dataDir)).databaseUrl('analytics');
  const database = new Database({ url, poolSize: 2 });
  await database.connect();
  const payload = {
    ...{
      id: newId(),
      version: 1,
      userId: newId(),
      organizationId,
      date: '2026-03-01',
      description: 'Blue Water Charter',
    },
    ...{ amount: -90_000n, currency: 'USD', category: 'yachts', confidence: 1, decidedBy: 'person' },
    createdAt: '2026-03-01T00:00:00.000Z',
  };
  try {
    await database.tenant(organizationId, (tx) =>
      appendEvents(tx, [{ topic: 'transaction_categorized', organizationId, id, payload }]),
    );
  } finally {
    await database.close();
  }
  return id;
}

test('an event that accounting refuses is shown, replayed by the running service, and discarded with a reason', async () => {
  const id = await publishUnknownCategory();
  await eventually(async () => expect((await dlq('list', ...accounting())).out).toContain(id));
  const shown = await dlq('show', id, ...accounting());
  expect(shown.out).toMatch(/Reason +UNKNOWN_CATEGORY\n[\s\S]*"description": "Blue Water Charter"/);
  const replayed = await dlq('replay', '--reason', 'UNKNOWN_CATEGORY', ...accounting());
  expect([replayed.code, replayed.out]).toEqual([
    1,
    expect.stringMatching(/^Replayed 1 dead letter: 0 succeeded, 1 failed again\.\n {2}accounting .*"yachts"\n$/),
  ]);
  const discarded = await dlq('discard', id, '--because', 'a private purchase', ...accounting());
  expect([discarded.code, discarded.out]).toEqual([0, 'Discarded 1 dead letter.\n']);
  expect((await dlq('list', ...accounting())).out).toBe('No dead letters.\n');
});

test('a service or a folder that is not there is said in a sentence', async () => {
  const service = await dlq('list', '--service', 'bank');
  expect([service.code, service.err]).toEqual([
    2,
    expect.stringMatching(/^--service must be one of accounting, analytics, not 'bank'\./),
  ]);
  const folder = await dlq('list', '--service', 'accounting', '--data', '/nowhere');
  expect([folder.code, folder.err]).toEqual([1, expect.stringMatching(/^FinFlow does not run in \/nowhere: start it/)]);
});
