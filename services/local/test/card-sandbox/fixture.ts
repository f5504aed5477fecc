import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ManualClock } from '@finflow/chassis/clock';
import { asSuperuser, type TestDatabase, testDatabase } from '@finflow/chassis/testing/postgres';
import Stripe from 'stripe';
import { type CardSandbox, type CardSandboxOptions, createCardSandbox } from '../../src/card-sandbox/card-sandbox.ts';

export const secretKey = 'sk_test_fixture';
export const webhookSecret = 'whsec_fixture';

/** A running sandbox with the official SDK pointed at it, on a database and clock of its own. */
export interface Fixture {
  readonly clock: ManualClock;
  readonly database: TestDatabase;
  readonly stripe: Stripe;
  readonly url: string;
  readonly sandbox: CardSandbox;
  /** Webhook attempts made and recorded so far. */
  attempts(): Promise<number>;
  /** Stops it and starts another on the same database, as after a crash. */
  restart(): Promise<Fixture>;
  stop(): Promise<void>;
}

export async function startSandbox(options: Partial<CardSandboxOptions> = {}): Promise<Fixture> {
  const database = await testDatabase('card_sandbox', []);
  return startOn(database, new ManualClock(new Date('2026-03-01T12:00:00Z')), options);
}

async function startOn(
  database: TestDatabase,
  clock: ManualClock,
  options: Partial<CardSandboxOptions>,
): Promise<Fixture> {
  const sandbox = createCardSandbox({
    databaseUrl: database.ownerUrl,
    host: '127.0.0.1',
    port: 0,
    secretKey,
    webhookSecret,
    clock,
    ...options,
  });
  const { port } = await sandbox.start();
  return {
    clock,
    database,
    sandbox,
    url: `http://127.0.0.1:${port}`,
    stripe: sdk(port, secretKey),
    attempts: () =>
      asSuperuser(async (client) => {
        const result = await client.query('SELECT sum(attempts)::int AS attempts FROM deliveries');
        return result.rows[0].attempts as number;
      }, database.name),
    async restart() {
      await sandbox.stop();
      return startOn(database, clock, options);
    },
    async stop() {
      await sandbox.stop();
      await database.drop();
    },
  };
}

/** The official SDK, calling the sandbox, without retries of its own so that each fault is seen. */
export function sdk(port: number, key: string): Stripe {
  return new Stripe(key, { host: '127.0.0.1', port, protocol: 'http', maxNetworkRetries: 0, timeout: 2000 });
}

/** A webhook receiver that keeps what it was sent and answers as it is told. */
export interface Receiver {
  readonly url: string;
  readonly received: { body: string; signature: string }[];
  answer: number;
  types(): string[];
  close(): Promise<void>;
}

export async function startReceiver(): Promise<Receiver> {
  const received: Receiver['received'] = [];
  const server = createServer(async (req, res) => {
    const chunks: Buffer[] = [];
    for await (const chunk of req as AsyncIterable<Buffer>) chunks.push(chunk);
    received.push({
      body: Buffer.concat(chunks).toString('utf8'),
      signature: String(req.headers['stripe-signature']),
    });
    res.writeHead(receiver.answer).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received,
    answer: 200,
    types: () => received.map(({ body }) => (JSON.parse(body) as { type: string }).type),
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
  return receiver;
}
