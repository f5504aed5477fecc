import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ManualClock } from '@finflow/chassis/clock';
import { newId } from '@finflow/chassis/ids';
import { silentLogger } from '@finflow/chassis/logger';
import { grpcClient } from '@finflow/chassis/rpc/client';
import { failureOf } from '@finflow/chassis/testing/failure';
import { type TestDatabase, testDatabase } from '@finflow/chassis/testing/postgres';
import { RecordingBus } from '@finflow/chassis/testing/recording-bus';
import { type TestTokens, testTokens } from '@finflow/chassis/testing/tokens';
import { InvoiceService, InvoiceStatus } from '@finflow/proto/finflow/accounting/v1/invoice_pb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { loadAccountingConfig } from '../src/config.ts';
import { createAccountingService } from '../src/service.ts';
import { anInvoice, START } from './accounting.ts';
import { eventsFor } from './events.ts';

/** The service as it is deployed: both ports, keys fetched by HTTP, relay, consumers, the overdue job. */
let db: TestDatabase;
let tokens: TestTokens;
let jwks: Server;
let service: ReturnType<typeof createAccountingService>;
let ports: { httpPort: number; grpcPort: number };
const bus = new RecordingBus();
const clock = new ManualClock(START);

beforeAll(async () => {
  db = await testDatabase('accounting');
  tokens = await testTokens(clock);
  jwks = createServer((_request, response) => response.end(JSON.stringify(tokens.jwks))).listen(0, '127.0.0.1');
  await new Promise((resolve) => jwks.once('listening', resolve));
  const config = loadAccountingConfig({
    ...{ DATABASE_URL: db.url, HOST: '127.0.0.1', HTTP_PORT: '0', GRPC_PORT: '0' },
    ...{ TOKEN_ISSUER: tokens.issuer, TOKEN_AUDIENCE: tokens.audience, OVERDUE_INTERVAL_MS: '100' },
    JWKS_URL: `http://127.0.0.1:${(jwks.address() as AddressInfo).port}/jwks`,
  });
  service = createAccountingService(config, { bus, clock, logger: silentLogger });
  ports = await service.start();
});
afterAll(async () => {
  await service?.stop();
  jwks?.closeAllConnections();
  jwks?.close();
  await db?.drop();
});

/** An organization whose event has come. */
async function founded(): Promise<string> {
  const [organizationId, userId] = [newId(), newId()];
  await eventsFor({ bus }, { organizationId, userId }).userCreated();
  return organizationId;
}

test('an invoice made with JSON over HTTP is there over gRPC, and its events are published', async () => {
  const organizationId = await founded();
  const token = await tokens.mint({ organizationId, role: 'ACCOUNTANT' });
  const reply = await fetch(`http://127.0.0.1:${ports.httpPort}/finflow.accounting.v1.InvoiceService/CreateInvoice`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({
      client: 'Alder & Quill',
      amount: { currencyCode: 'USD', amountMinor: '125000' },
      dueDate: '2026-04-10',
      issue: true,
    }),
  });
  const { invoice } = (await reply.json()) as { invoice: { id: string; status: string } };
  expect([reply.status, invoice.status]).toEqual([200, 'INVOICE_STATUS_PENDING']);

  const client = grpcClient(InvoiceService, `127.0.0.1:${ports.grpcPort}`, { token });
  const anonymous = grpcClient(InvoiceService, `127.0.0.1:${ports.grpcPort}`);
  try {
    expect((await client.getInvoice({ id: invoice.id })).invoice?.amount?.amountMinor).toBe(125_000n);
    expect(await failureOf(anonymous.getInvoice({ id: invoice.id }))).toMatchObject({ code: 'Unauthenticated' });
  } finally {
    client.close();
    anonymous.close();
  }
  await service.relay.idle();
  expect(await bus.payloads('invoice_created')).toMatchObject([{ id: invoice.id, organizationId, amount: 125_000n }]);
  expect(await bus.payloads('journal_entry_posted')).toMatchObject([{ source: `invoice:${invoice.id}` }]);
});

test('what falls due becomes overdue by itself', async () => {
  const actor = { organizationId: await founded(), userId: newId() };
  const request = { ...anInvoice({ dueDate: '2026-03-10' }), clientEmail: '', issueDate: '', notes: '', number: '' };
  const { id } = await service.commands.createInvoice(actor, { ...request, lineItems: [] });
  clock.set(new Date('2026-03-11T00:00:00Z'));
  const token = await tokens.mint({ organizationId: actor.organizationId });
  const client = grpcClient(InvoiceService, `127.0.0.1:${ports.grpcPort}`, { token });
  try {
    let status: InvoiceStatus | undefined;
    while (status !== InvoiceStatus.OVERDUE) status = (await client.getInvoice({ id })).invoice?.status;
    expect(status).toBe(InvoiceStatus.OVERDUE);
  } finally {
    client.close();
  }
});

test('a database that is not migrated stops the start with one sentence', async () => {
  const empty = await testDatabase('accounting');
  const config = loadAccountingConfig({
    DATABASE_URL: empty.url.replace(empty.name, 'postgres'),
    JWKS_URL: 'http://127.0.0.1:1/',
    HOST: '127.0.0.1',
  });
  const other = createAccountingService(config, { bus: new RecordingBus(), clock, logger: silentLogger });
  await expect(other.start()).rejects.toThrow(
    'The database is not migrated: run `node services/accounting/src/migrate.ts`',
  );
  await other.stop();
  await empty.drop();
});
