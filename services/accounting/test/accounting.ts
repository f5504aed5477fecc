import type { Client } from '@connectrpc/connect';
import { ManualClock } from '@finflow/chassis/clock';
import { Database } from '@finflow/chassis/database/database';
import type { Topic } from '@finflow/chassis/events/topics';
import type { OrganizationRole } from '@finflow/chassis/identity';
import { newId } from '@finflow/chassis/ids';
import { ConsumerGroup } from '@finflow/chassis/inbox/consumer-group';
import { silentLogger } from '@finflow/chassis/logger';
import { inMemoryClient } from '@finflow/chassis/rpc/testing';
import { asSuperuser, testDatabase } from '@finflow/chassis/testing/postgres';
import { RecordingBus } from '@finflow/chassis/testing/recording-bus';
import { testTokens } from '@finflow/chassis/testing/tokens';
import { InvoiceService } from '@finflow/proto/finflow/accounting/v1/invoice_pb';
import { LedgerService } from '@finflow/proto/finflow/accounting/v1/ledger_pb';
import { postJournalEntries } from '../src/commands/post-journal-entries.ts';
import { PostingQueue } from '../src/commands/posting-queue.ts';
import { saveOrganization } from '../src/commands/save-organization.ts';
import { eventHandlers } from '../src/events/consumed.ts';
import type { AccountingParts } from '../src/parts.ts';
import { invoiceService } from '../src/rpc/invoice-service.ts';
import { ledgerService } from '../src/rpc/ledger-service.ts';
import { entities } from '../src/store/entities.ts';

/** Noon in UTC, so that it is the same day from New York to Tokyo; tests that care about zones move the clock. */
export const START = new Date('2026-03-10T12:00:00Z');
export const TODAY = '2026-03-10';
/** Before any event that a test sends. */
const FOUNDED = new Date('2026-01-01T00:00:00Z');

/** A person of an organization, and their ways into the service. */
export interface TestMember {
  readonly organizationId: string;
  readonly userId: string;
  readonly invoices: Client<typeof InvoiceService>;
  readonly ledger: Client<typeof LedgerService>;
}

/** Accounting on a database of its own, reached through its contracts and its events. */
export async function startAccounting() {
  const db = await testDatabase('accounting');
  const clock = new ManualClock(START);
  const database = new Database({ url: db.url, entities, poolSize: 20 });
  await database.connect();
  const parts: AccountingParts = { database, clock, logger: silentLogger, bookingConfidence: 0.8 };
  const queue = new PostingQueue({ post: (id, requests) => postJournalEntries(parts, id, requests) });
  const services = [invoiceService(parts), ledgerService(parts, queue)];
  // A clock of their own: tests that move days do not outlive their tokens.
  const tokens = await testTokens(new ManualClock(START));
  const bus = new RecordingBus();
  const consumers = new ConsumerGroup({ group: 'accounting', database, bus, handlers: eventHandlers(parts), clock });
  await consumers.start();

  return {
    db,
    clock,
    database,
    parts,
    services,
    tokens,
    bus,

    /** A new organization whose books are open, in USD and UTC unless said otherwise. */
    async organization({ currency = 'USD', timeZone = 'UTC' } = {}): Promise<string> {
      const organizationId = newId();
      await database.tenant(organizationId, (tx) =>
        saveOrganization(tx, parts, { organizationId, name: 'Ada Ltd', currency, timeZone, settingsAt: FOUNDED }),
      );
      return organizationId;
    },

    /** A member of a new organization, or of the one given. */
    async member(who: { organizationId?: string; role?: OrganizationRole } = {}): Promise<TestMember> {
      const { organizationId = await this.organization(), role = 'ACCOUNTANT' } = who;
      const userId = newId();
      const token = await tokens.mint({ userId, organizationId, role });
      const options = { services, verifier: tokens.verifier, token };
      return {
        organizationId,
        userId,
        invoices: inMemoryClient(InvoiceService, options),
        ledger: inMemoryClient(LedgerService, options),
      };
    },

    /** Payloads waiting in the outbox, oldest first: what the organization's transactions published. */
    async published(organizationId: string, topic: Topic): Promise<Record<string, unknown>[]> {
      const rows: { payload: Record<string, unknown> }[] = await database.tenant(organizationId, (tx) =>
        tx.query('select payload from outbox where topic = $1 order by id', [topic]),
      );
      return rows.map(({ payload }) => payload);
    },

    /** Runs SQL as the service's role in the organization's transaction. */
    async sql<Row = Record<string, unknown>>(
      organizationId: string,
      text: string,
      values: unknown[] = [],
    ): Promise<Row[]> {
      return await database.tenant(organizationId, (tx) => tx.query(text, values));
    },

    /** Runs SQL past row-level security, for what no client can do. */
    async asSuperuser(text: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
      return await asSuperuser(async (client) => (await client.query(text, values)).rows, db.name);
    },

    async deadLetters(organizationId: string): Promise<string[]> {
      const rows: { reason: string }[] = await database.tenant(organizationId, (tx) =>
        tx.query('select reason from dead_letters order by failed_at'),
      );
      return rows.map(({ reason }) => reason);
    },

    async stop(): Promise<void> {
      await consumers.stop();
      await database.close();
      await db.drop();
    },
  };
}

export type TestAccounting = Awaited<ReturnType<typeof startAccounting>>;

/** A sum of dollars, in cents. */
export function usd(amountMinor: bigint) {
  return { currencyCode: 'USD', amountMinor };
}

/** A request that books nine dollars of rent, paid from the bank. */
export function rent(fields: object = {}) {
  return { debitAccount: '6050', creditAccount: '1000', amount: usd(900n), ...fields };
}

/** The members of a request for an invoice of 1,000.00 due in a month; change what matters. */
export function anInvoice(fields: object = {}) {
  return {
    client: 'Alder & Quill',
    amount: usd(100_000n),
    dueDate: '2026-04-10',
    issue: true,
    ...fields,
  };
}

/** Balances by account code: debits less credits, in minor units of USD unless said otherwise. */
export async function balances(member: TestMember, currencyCode = 'USD'): Promise<Record<string, bigint>> {
  const { rows } = await member.ledger.getTrialBalance({});
  return Object.fromEntries(
    rows
      .filter(({ balance }) => balance?.currencyCode === currencyCode && balance.amountMinor !== 0n)
      .map(({ accountCode, balance }) => [accountCode, balance?.amountMinor ?? 0n]),
  );
}
