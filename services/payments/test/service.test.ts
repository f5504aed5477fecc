import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { systemClock } from '@finflow/chassis/clock';
import { newId } from '@finflow/chassis/ids';
import { silentLogger } from '@finflow/chassis/logger';
import { grpcClient } from '@finflow/chassis/rpc/client';
import { eventually } from '@finflow/chassis/testing/eventually';
import { failureOf } from '@finflow/chassis/testing/failure';
import { type TestDatabase, testDatabase } from '@finflow/chassis/testing/postgres';
import { RecordingBus } from '@finflow/chassis/testing/recording-bus';
import { type TestTokens, testTokens } from '@finflow/chassis/testing/tokens';
import { PaymentService, PaymentStatus } from '@finflow/proto/finflow/payments/v1/payment_pb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadPaymentsConfig } from '../src/config.ts';
import { createPaymentsService } from '../src/service.ts';
import { type Sandbox, secretKey, startSandbox, webhookSecret } from './sandbox.ts';

let sandbox: Sandbox;
let database: TestDatabase;
let tokens: TestTokens;
let keys: Server;
let environment: Record<string, string>;

beforeAll(async () => {
  [sandbox, database, tokens] = await Promise.all([startSandbox(), testDatabase('payments'), testTokens(systemClock)]);
  keys = createServer((_, res) => res.end(JSON.stringify(tokens.jwks)));
  await new Promise<void>((resolve) => keys.listen(0, '127.0.0.1', resolve));
  environment = {
    HOST: '127.0.0.1',
    HTTP_PORT: '0',
    GRPC_PORT: '0',
    DATABASE_URL: database.url,
    JWKS_URL: `http://127.0.0.1:${(keys.address() as AddressInfo).port}/`,
    TOKEN_ISSUER: tokens.issuer,
    TOKEN_AUDIENCE: tokens.audience,
    STRIPE_SECRET_KEY: secretKey,
    STRIPE_WEBHOOK_SECRET: webhookSecret,
    CARD_SANDBOX_URL: sandbox.url,
    PROCESSOR_DATA_KEYS: `test:${randomBytes(32).toString('base64')}`,
    ACCOUNTING_ADDRESS: '127.0.0.1:1',
    RECONCILE_INTERVAL_MS: '50',
    RECONCILE_AFTER_MS: '0',
  };
});
afterAll(async () => {
  const closed = new Promise((resolve) => keys.close(resolve));
  keys.closeAllConnections();
  await closed;
  await sandbox.stop();
  await database.drop();
});

describe('the payments service', () => {
  let bus: RecordingBus;
  let service: ReturnType<typeof createPaymentsService>;
  let base: string;
  let grpc: ReturnType<typeof grpcClient<typeof PaymentService>>;
  let token: string;
  const organizationId = newId();

  beforeAll(async () => {
    bus = new RecordingBus();
    const config = loadPaymentsConfig(environment);
    service = createPaymentsService(config, { bus, clock: systemClock, logger: silentLogger });
    const { httpPort, grpcPort } = await service.start();
    base = `http://127.0.0.1:${httpPort}`;
    await sandbox.control('webhooks', { url: `${base}/webhooks/stripe` });
    token = await tokens.mint({ organizationId, role: 'ACCOUNTANT' });
    grpc = grpcClient(PaymentService, `127.0.0.1:${grpcPort}`, { token });
  });
  afterAll(async () => {
    grpc.close();
    await service.stop();
  });

  it('charges over JSON and publishes', async () => {
    const response = await fetch(`${base}/finflow.payments.v1.PaymentService/CreatePayment`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ amount: { amountMinor: '1234' }, source: 'tok_visa', requestId: 'r-1' }),
    });
    const { payment } = (await response.json()) as { payment: { id: string } };
    expect(payment).toMatchObject({
      status: 'PAYMENT_STATUS_COMPLETED',
      amount: { currencyCode: 'USD', amountMinor: '1234' },
    });
    await service.relay.idle();
    const [completed] = await bus.payloads('payment_completed');
    expect(completed).toMatchObject({
      id: payment.id,
      organizationId,
      amount: 1234n,
      currency: 'USD',
      status: 'COMPLETED',
      invoiceId: null,
    });
  });

  it('charges over gRPC, and hears of a slow bank’s answer by webhook or by asking, whichever is first', async () => {
    await sandbox.control('settlements', { outcome: 'succeeded', after_ms: 1_500 });
    const { payment } = await grpc.createPayment({ amount: { amountMinor: 500n }, source: 'tok_visa' });
    expect(payment?.status).toBe(PaymentStatus.PROCESSING);
    await eventually(async () => {
      expect((await grpc.getPayment({ id: payment!.id })).payment?.status).toBe(PaymentStatus.COMPLETED);
    });
    await service.relay.idle();
    expect((await bus.payloads('payment_completed')).filter(({ id }) => id === payment!.id)).toHaveLength(1);
  });

  it('charges nothing for an invoice when accounting is away', async () => {
    const invoice = { amount: { amountMinor: 1n }, source: 'tok_visa', invoiceId: newId() };
    expect(await failureOf(grpc.createPayment(invoice))).toMatchObject({ reason: 'ACCOUNTING_UNAVAILABLE' });
  });

  it('does not start on a database that is not migrated', async () => {
    const empty = await testDatabase('card_sandbox', []);
    const config = loadPaymentsConfig({ ...environment, DATABASE_URL: empty.ownerUrl });
    const service = createPaymentsService(config, {
      bus: new RecordingBus(),
      clock: systemClock,
      logger: silentLogger,
    });
    await expect(service.start()).rejects.toThrow('not migrated');
    await service.stop();
    await empty.drop();
  });
});

describe('the process', () => {
  const run = (program: string, env: Record<string, string>) => {
    const path = fileURLToPath(new URL(`../src/${program}`, import.meta.url));
    return spawn(process.execPath, [path], {
      env: { PATH: process.env.PATH, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  };
  const output = (child: ChildProcess) => {
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk;
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      text += chunk;
    });
    return () => text;
  };

  it('serves until SIGTERM, and ends with 0', async () => {
    const child = run('main.ts', environment);
    const text = output(child);
    await eventually(() => expect(text()).toContain('"message":"started"'), 15_000);
    const line = text()
      .split('\n')
      .find((each) => each.includes('"started"'))!;
    const { httpPort } = JSON.parse(line) as { httpPort: number };
    expect((await fetch(`http://127.0.0.1:${httpPort}/readyz`)).status).toBe(200);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(text()).not.toContain(secretKey);
  });

  it('names what is wrong with its settings, and ends with 1', async () => {
    const child = run('main.ts', { ...environment, STRIPE_SECRET_KEY: 'hunter2', DATABASE_URL: '' });
    const text = output(child);
    expect(await once(child, 'close')).toEqual([1, null]);
    expect(text()).toContain('STRIPE_SECRET_KEY');
    expect(text()).toContain('DATABASE_URL');
    expect(text()).not.toContain('hunter2');
  });

  it('migrates a database once', async () => {
    const empty = await testDatabase('card_sandbox', []);
    for (const expected of ['Applied: Infrastructure', 'The schema is current.']) {
      const child = run('migrate.ts', { DATABASE_OWNER_URL: empty.superuserUrl });
      const text = output(child);
      expect(await once(child, 'close')).toEqual([0, null]);
      expect(text()).toContain(expected);
    }
    await empty.drop();
  });
});
