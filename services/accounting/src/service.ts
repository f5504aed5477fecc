import type { Clock } from '@finflow/chassis/clock';
import { Database } from '@finflow/chassis/database/database';
import { assertSchema, openMigrated } from '@finflow/chassis/database/migrate';
import { pruning } from '@finflow/chassis/database/prune';
import type { EventBus } from '@finflow/chassis/events/bus';
import { eventCodec } from '@finflow/chassis/events/connect';
import type { RequestKey } from '@finflow/chassis/idempotency';
import { TokenVerifier } from '@finflow/chassis/identity';
import { ConsumerGroup } from '@finflow/chassis/inbox/consumer-group';
import { every } from '@finflow/chassis/lifecycle';
import { createLogger, type Logger } from '@finflow/chassis/logger';
import { OutboxRelay } from '@finflow/chassis/outbox/relay';
import { grpcSecurity } from '@finflow/chassis/rpc/grpc-security';
import { createRpcServer } from '@finflow/chassis/rpc/server';
import type { Gauges } from '@finflow/chassis/telemetry/gauges';
import { cancelInvoice } from './commands/cancel-invoice.ts';
import { BooksCheck } from './commands/check-books.ts';
import { createAccount, type NewAccount } from './commands/create-account.ts';
import { createInvoice, type NewInvoice } from './commands/create-invoice.ts';
import { issueInvoice } from './commands/issue-invoice.ts';
import { markOverdue } from './commands/mark-overdue.ts';
import { type PostingRequest, postJournalEntries } from './commands/post-journal-entries.ts';
import { PostingQueue } from './commands/posting-queue.ts';
import type { AccountingConfig } from './config.ts';
import { eventHandlers } from './events/consumed.ts';
import { ledgerGauges } from './metrics.ts';
import type { AccountingParts, Actor } from './parts.ts';
import { invoiceService } from './rpc/invoice-service.ts';
import { ledgerService } from './rpc/ledger-service.ts';
import { entities } from './store/entities.ts';
import { migrations } from './store/migrations/index.ts';

const BOOKS_INTERVAL_MS = 60_000;

/** What a service is given beside its configuration. */
export interface ServiceDependencies {
  readonly bus: EventBus;
  readonly clock: Clock;
  readonly logger?: Logger;
}

/** Builds accounting and hands its parts to each other; nothing runs before `start`. */
export function createAccountingService(config: AccountingConfig, { bus, clock, logger: given }: ServiceDependencies) {
  const logger = given ?? createLogger({ service: 'accounting', level: config.LOG_LEVEL });
  const database = new Database({
    url: config.DATABASE_URL,
    poolSize: config.DATABASE_POOL_SIZE,
    applicationName: 'finflow-accounting',
    entities,
    logger,
  });
  const schema = { migrations, program: 'services/accounting/src/migrate.ts' };
  const parts: AccountingParts = { database, clock, logger, bookingConfidence: config.BOOKING_CONFIDENCE };
  const queue = new PostingQueue({
    post: (organizationId, requests) => postJournalEntries(parts, organizationId, requests),
    maxWaiting: config.POSTING_QUEUE_SIZE,
  });
  const codec = eventCodec(config, { service: 'accounting', logger });
  const relay = new OutboxRelay({ database, bus, codec, logger });
  const consumers = new ConsumerGroup({
    group: 'accounting',
    database,
    bus,
    codec,
    handlers: eventHandlers(parts),
    logger,
    clock,
  });
  const overdue = every({
    name: 'mark overdue invoices',
    intervalMs: config.OVERDUE_INTERVAL_MS,
    run: (signal) => markOverdue(parts, signal),
    logger,
  });
  const books = new BooksCheck(parts);
  const checking = every({
    name: 'check the books',
    intervalMs: BOOKS_INTERVAL_MS,
    run: (signal) => books.run(signal),
    logger,
  });
  let gauges: Gauges | undefined;
  const jobs = [overdue, checking, pruning(database, logger)];
  const services = [invoiceService(parts), ledgerService(parts, queue)];
  const server = createRpcServer({
    name: 'accounting',
    services,
    verifier: new TokenVerifier({
      jwks: new URL(config.JWKS_URL),
      issuer: config.TOKEN_ISSUER,
      audience: config.TOKEN_AUDIENCE,
      clock,
    }),
    logger,
    host: config.HOST,
    httpPort: config.HTTP_PORT,
    grpcPort: config.GRPC_PORT,
    grpcSecurity: grpcSecurity(config, logger),
    grpcConnectionAgeMs: config.GRPC_CONNECTION_AGE_MS,
    trustedProxyHops: config.TRUSTED_PROXY_HOPS,
    drainMs: config.DRAIN_MS,
    ready: () => assertSchema(database, schema),
  });

  return {
    parts,
    relay,
    consumers,
    handler: server.handler,
    serves: server.serves,
    /** The use cases, for whoever runs in the same process. */
    commands: {
      createAccount: (actor: Actor, request: NewAccount, key?: RequestKey) => createAccount(parts, actor, request, key),
      createInvoice: (actor: Actor, request: NewInvoice, key?: RequestKey) => createInvoice(parts, actor, request, key),
      issueInvoice: (actor: Actor, id: string, key?: RequestKey) => issueInvoice(parts, actor, id, key),
      cancelInvoice: (actor: Actor, request: { id: string; reason: string }, key?: RequestKey) =>
        cancelInvoice(parts, actor, request, key),
      postJournalEntry: (organizationId: string, request: PostingRequest) => queue.post(organizationId, request),
      markOverdue: () => markOverdue(parts),
    },

    /** Connects, checks the schema, and listens. Throws one sentence when the database is not migrated. */
    async start() {
      await openMigrated(database, schema, { waitMs: config.START_WAIT_MS, logger });
      await codec.start();
      relay.start();
      await consumers.start();
      for (const job of jobs) job.start();
      gauges = ledgerGauges(books, clock, logger);
      return await server.start();
    },

    /** Answers what is in flight, then lets go of everything. */
    async stop() {
      await server.stop();
      await Promise.all([...jobs.map((job) => job.stop()), consumers.stop(), gauges?.stop()]);
      await relay.stop();
      await database.close();
    },
  };
}
