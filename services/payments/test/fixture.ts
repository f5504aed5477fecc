import { randomBytes } from 'node:crypto';
import type { Client } from '@connectrpc/connect';
import { ManualClock, systemClock } from '@finflow/chassis/clock';
import { Database } from '@finflow/chassis/database/database';
import type { Member, OrganizationRole } from '@finflow/chassis/identity';
import { newId } from '@finflow/chassis/ids';
import { silentLogger } from '@finflow/chassis/logger';
import { inMemoryClient } from '@finflow/chassis/rpc/testing';
import { Sealer } from '@finflow/chassis/sealer';
import { asSuperuser, type TestDatabase, testDatabase } from '@finflow/chassis/testing/postgres';
import { type TestTokens, testTokens } from '@finflow/chassis/testing/tokens';
import { PaymentService } from '@finflow/proto/finflow/payments/v1/payment_pb';
import type { InvoiceDirectory, PayableInvoice } from '../src/domain/invoice.ts';
import type { Processor } from '../src/domain/processor.ts';
import { StripeProcessor, stripeClient } from '../src/gateways/stripe-processor.ts';
import { PaymentMetrics } from '../src/metrics.ts';
import type { PaymentsParts } from '../src/parts.ts';
import { paymentService } from '../src/rpc/payment-service.ts';
import { entities } from '../src/store/entities.ts';
import { type Sandbox, secretKey, startSandbox } from './sandbox.ts';

/** Invoices as a test says they are. */
export class KnownInvoices implements InvoiceDirectory {
  readonly #invoices = new Map<string, PayableInvoice>();
  /** What every look-up fails with, when set. */
  failure: Error | undefined;

  add(invoice: Partial<PayableInvoice> & { totalMinor?: bigint; currency?: string } = {}): string {
    const { totalMinor = 1000n, currency = 'USD', id = newId(), status = 'PENDING' } = invoice;
    this.#invoices.set(id, { id, status, total: { currencyCode: currency, amountMinor: totalMinor } });
    return id;
  }

  async find(invoiceId: string): Promise<PayableInvoice | undefined> {
    if (this.failure) throw this.failure;
    return this.#invoices.get(invoiceId);
  }

  close(): void {}
}

/** The payments service without its ports, on a real database and the card sandbox. */
export interface Fixture {
  readonly parts: PaymentsParts;
  readonly clock: ManualClock;
  readonly database: TestDatabase;
  readonly invoices: KnownInvoices;
  readonly sandbox: Sandbox;
  readonly tokens: TestTokens;
  /** A client of a person in an organization, both made up unless given; good for ten minutes of the clock. */
  client(identity?: { organizationId?: string; role?: OrganizationRole }): Promise<PaymentClient>;
  member(organizationId?: string): Member;
  /** Rows as the superuser sees them. */
  rows<T extends object>(sql: string, values?: unknown[]): Promise<T[]>;
  /** Events written for an organization, in their order. */
  events(organizationId: string): Promise<{ topic: string; key: string; payload: Record<string, unknown> }[]>;
  /** The same parts with another processor: one that fails where a test wants it to. */
  withProcessor(change: (processor: Processor) => Partial<Processor>): PaymentsParts;
  stop(): Promise<void>;
}

export type PaymentClient = Client<typeof PaymentService> & {
  readonly organizationId: string;
  readonly userId: string;
};

export async function startFixture(stripe: { timeoutMs?: number; retries?: number } = {}): Promise<Fixture> {
  const [sandbox, database] = await Promise.all([startSandbox(), testDatabase('payments')]);
  // Webhooks carry the sandbox's time, which is the machine's.
  const clock = new ManualClock(systemClock.now());
  const db = new Database({ url: database.url, entities });
  await db.connect();
  const invoices = new KnownInvoices();
  const processor = new StripeProcessor(stripeClient({ secretKey, baseUrl: sandbox.url, timeoutMs: 2_000, ...stripe }));
  const parts: PaymentsParts = {
    database: db,
    clock,
    logger: silentLogger,
    metrics: new PaymentMetrics(),
    processor,
    invoices,
    sealer: new Sealer([{ id: 'test', key: randomBytes(32) }]),
    reconcileAfterMs: 1_000,
  };
  const tokens = await testTokens(clock);
  const services = [paymentService(parts, { sandbox: true, publishableKey: 'pk_test_1' })];

  const rows: Fixture['rows'] = (sql, values = []) =>
    asSuperuser(async (client) => (await client.query(sql, values)).rows, database.name);

  return {
    parts,
    clock,
    database,
    invoices,
    sandbox,
    tokens,
    async client({ organizationId = newId(), role = 'ACCOUNTANT' } = {}) {
      const userId = newId();
      const token = await tokens.mint({ userId, organizationId, role });
      const client = inMemoryClient(PaymentService, { services, verifier: tokens.verifier, token });
      return Object.assign(client, { organizationId, userId });
    },
    member: (organizationId = newId()) => ({
      userId: newId(),
      sessionId: newId(),
      platformRole: 'USER',
      organizationId,
      organizationRole: 'ACCOUNTANT',
      token: 'none',
    }),
    rows,
    events: (organizationId) =>
      rows('select topic, key, payload from outbox where organization_id = $1 order by id', [organizationId]),
    withProcessor: (change) => {
      const changed = change(processor);
      const proxy = new Proxy(processor, {
        get(target, name) {
          const own = Reflect.get(changed, name);
          if (own) return own;
          const value = Reflect.get(target, name, target);
          return typeof value === 'function' ? value.bind(target) : value;
        },
      });
      return { ...parts, processor: proxy };
    },
    async stop() {
      await db.close();
      await sandbox.stop();
      await database.drop();
    },
  };
}
