import type { Clock } from '@finflow/chassis/clock';
import { Database } from '@finflow/chassis/database/database';
import { assertSchema, openMigrated } from '@finflow/chassis/database/migrate';
import { pruning } from '@finflow/chassis/database/prune';
import type { EventBus } from '@finflow/chassis/events/bus';
import { eventCodec } from '@finflow/chassis/events/connect';
import { type Member, TokenVerifier } from '@finflow/chassis/identity';
import { every } from '@finflow/chassis/lifecycle';
import { createLogger, type Logger } from '@finflow/chassis/logger';
import { OutboxRelay } from '@finflow/chassis/outbox/relay';
import { grpcSecurity } from '@finflow/chassis/rpc/grpc-security';
import { createRpcServer } from '@finflow/chassis/rpc/server';
import { Sealer } from '@finflow/chassis/sealer';
import type { Gauges } from '@finflow/chassis/telemetry/gauges';
import { type CreatePayment, createPayment } from './commands/create-payment.ts';
import { pruneOldWebhookEvents } from './commands/prune-webhook-events.ts';
import { reconcile } from './commands/reconcile.ts';
import { type RefundPayment, refundPayment } from './commands/refund-payment.ts';
import type { PaymentsConfig } from './config.ts';
import { accountingInvoices } from './gateways/accounting-invoices.ts';
import { StripeProcessor, stripeClient } from './gateways/stripe-processor.ts';
import { PaymentMetrics, undecidedGauges } from './metrics.ts';
import type { PaymentsParts } from './parts.ts';
import { paymentService } from './rpc/payment-service.ts';
import { stripeWebhook } from './rpc/stripe-webhook.ts';
import { entities } from './store/entities.ts';
import { migrations } from './store/migrations/index.ts';

const PRUNE_INTERVAL_MS = 3_600_000;

/** What a service is given beside its configuration. */
export interface ServiceDependencies {
  readonly bus: EventBus;
  readonly clock: Clock;
  readonly logger?: Logger;
}

/** Builds payments and hands its parts to each other; nothing runs before `start`. */
export function createPaymentsService(config: PaymentsConfig, { bus, clock, logger: given }: ServiceDependencies) {
  const logger = given ?? createLogger({ service: 'payments', level: config.LOG_LEVEL });
  const database = new Database({
    url: config.DATABASE_URL,
    poolSize: config.DATABASE_POOL_SIZE,
    applicationName: 'finflow-payments',
    entities,
    logger,
  });
  const schema = { migrations, program: 'services/payments/src/migrate.ts' };
  const stripe = stripeClient({
    secretKey: config.STRIPE_SECRET_KEY,
    baseUrl: config.CARD_SANDBOX_URL,
    timeoutMs: config.PROCESSOR_TIMEOUT_MS,
  });
  const security = grpcSecurity(config, logger);
  const parts: PaymentsParts = {
    database,
    clock,
    logger,
    metrics: new PaymentMetrics(),
    processor: new StripeProcessor(stripe),
    invoices: accountingInvoices(config.ACCOUNTING_ADDRESS, security),
    sealer: new Sealer(config.PROCESSOR_DATA_KEYS),
    reconcileAfterMs: config.RECONCILE_AFTER_MS,
  };
  const cardEntry = {
    sandbox: config.CARD_SANDBOX_URL !== undefined,
    publishableKey: config.STRIPE_PUBLISHABLE_KEY ?? '',
  };
  const codec = eventCodec(config, { service: 'payments', logger });
  const relay = new OutboxRelay({ database, bus, codec, logger });
  const reconciliation = every({
    name: 'reconcile',
    intervalMs: config.RECONCILE_INTERVAL_MS,
    run: (signal) => reconcile(parts, signal),
    logger,
  });
  const webhookPruning = every({
    name: 'prune webhook events',
    intervalMs: PRUNE_INTERVAL_MS,
    run: () => pruneOldWebhookEvents(parts),
    logger,
  });
  let gauges: Gauges | undefined;
  const jobs = [reconciliation, webhookPruning, pruning(database, logger)];
  const server = createRpcServer({
    name: 'payments',
    services: [paymentService(parts, cardEntry)],
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
    grpcSecurity: security,
    grpcConnectionAgeMs: config.GRPC_CONNECTION_AGE_MS,
    trustedProxyHops: config.TRUSTED_PROXY_HOPS,
    drainMs: config.DRAIN_MS,
    httpRoutes: [stripeWebhook({ parts, secret: config.STRIPE_WEBHOOK_SECRET })],
    ready: () => assertSchema(database, schema),
  });

  return {
    parts,
    relay,
    /** Runs from `start` on; whoever makes history in the same process stops it meanwhile. */
    reconciliation,
    handler: server.handler,
    serves: server.serves,
    /** The use cases, for whoever runs in the same process. */
    commands: {
      createPayment: (member: Member, request: CreatePayment) => createPayment(parts, member, request),
      refundPayment: (member: Member, request: RefundPayment) => refundPayment(parts, member, request),
      reconcile: () => reconcile(parts),
    },

    /** Connects, checks the schema, and listens. Throws one sentence when the database is not migrated. */
    async start() {
      await openMigrated(database, schema, { waitMs: config.START_WAIT_MS, logger });
      await codec.start();
      relay.start();
      for (const job of jobs) job.start();
      gauges = undecidedGauges(database, logger);
      return await server.start();
    },

    /** Answers what is in flight, then lets go of everything. */
    async stop() {
      await server.stop();
      await Promise.all([...jobs.map((job) => job.stop()), gauges?.stop()]);
      await relay.stop();
      parts.invoices.close();
      await database.close();
    },
  };
}
