import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { eventually } from '@finflow/chassis/testing/eventually';
import { type TestDatabase, testDatabase } from '@finflow/chassis/testing/postgres';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Receiver, sdk, secretKey, startReceiver } from './fixture.ts';

let database: TestDatabase;
let receiver: Receiver;
let child: ChildProcess;

beforeAll(async () => {
  database = await testDatabase('card_sandbox', []);
  receiver = await startReceiver();
});
afterAll(async () => {
  child.kill('SIGKILL');
  await receiver.close();
  await database.drop();
});

async function run() {
  const program = fileURLToPath(new URL('../../src/card-sandbox/main.ts', import.meta.url));
  const options = ['--database-url', database.ownerUrl, '--webhook-url', receiver.url, '--secret-key', secretKey];
  child = spawn(process.execPath, [program, ...options], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
  return sdk(Number(new URL(line.toString().trim()).port), secretKey);
}

it('killed with undelivered events, it comes back with every charge, key and event', async () => {
  receiver.answer = 500;
  const order = { amount: 900, currency: 'usd', confirm: true, payment_method: 'pm_card_visa' } as const;
  const before = await run();
  const paid = await before.paymentIntents.create(order, { idempotencyKey: 'once' });
  child.kill('SIGKILL');
  await once(child, 'exit');

  receiver.answer = 200;
  receiver.received.length = 0;
  const after = await run();
  expect(await after.paymentIntents.retrieve(paid.id)).toMatchObject({ status: 'succeeded' });
  const replayed = await after.paymentIntents.create(order, { idempotencyKey: 'once' });
  expect(replayed.id).toBe(paid.id);
  expect((await after.charges.list()).data.length).toBe(1);
  const types = ['charge.succeeded', 'payment_intent.created', 'payment_intent.succeeded'];
  await eventually(() => expect(receiver.types().sort()).toEqual(types));
});
