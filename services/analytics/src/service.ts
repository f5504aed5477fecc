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
import { WorkerPool } from '@finflow/chassis/worker-pool';
import { loadCategoryModel } from './categorization/load-model.ts';
import type { NewTransaction } from './commands/categorize.ts';
import { categorizeTransactions } from './commands/categorize-transactions.ts';
import { createForecast, type ForecastRequest } from './commands/create-forecast.ts';
import { learnDecisions } from './commands/learn-decisions.ts';
import { updateTransactionCategory } from './commands/update-transaction-category.ts';
import type { AnalyticsConfig } from './config.ts';
import { eventHandlers } from './events/consumed.ts';
import type { Actor, AnalyticsParts } from './parts.ts';
import { categorizationService } from './rpc/categorization-service.ts';
import { dashboardService } from './rpc/dashboard-service.ts';
import { forecastService } from './rpc/forecast-service.ts';
import { entities } from './store/entities.ts';
import { migrations } from './store/migrations/index.ts';

/** What a service is given beside its configuration. */
export interface ServiceDependencies {
  readonly bus: EventBus;
  readonly clock: Clock;
  readonly logger?: Logger;
}

/** Builds analytics and hands its parts to each other; nothing runs before `start`. */
export function createAnalyticsService(config: AnalyticsConfig, { bus, clock, logger: given }: ServiceDependencies) {
  const logger = given ?? createLogger({ service: 'analytics', level: config.LOG_LEVEL });
  const database = new Database({
    url: config.DATABASE_URL,
    poolSize: config.DATABASE_POOL_SIZE,
    applicationName: 'finflow-analytics',
    entities,
    logger,
  });
  const schema = { migrations, program: 'services/analytics/src/migrate.ts' };
  const workers = new WorkerPool({ module: new URL('./worker.ts', import.meta.url), threads: config.WORKER_THREADS });
  const parts: AnalyticsParts = { database, clock, logger, workers, model: loadCategoryModel() };
  const codec = eventCodec(config, { service: 'analytics', logger });
  const relay = new OutboxRelay({ database, bus, codec, logger });
  const consumers = new ConsumerGroup({
    group: 'analytics',
    database,
    bus,
    codec,
    handlers: eventHandlers,
    logger,
    clock,
  });
  const learning = every({
    name: 'learn decisions',
    intervalMs: 600_000,
    run: (signal) => learnDecisions(parts, signal),
    logger,
  });
  const jobs = [learning, pruning(database, logger)];
  const server = createRpcServer({
    name: 'analytics',
    services: [forecastService(parts), categorizationService(parts), dashboardService(parts)],
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
      createForecast: (actor: Actor, request: ForecastRequest, key?: RequestKey, signal?: AbortSignal) =>
        createForecast(parts, actor, request, key, signal),
      categorizeTransactions: (actor: Actor, transactions: readonly NewTransaction[], key?: RequestKey) =>
        categorizeTransactions(parts, actor, transactions, key),
      updateTransactionCategory: (actor: Actor, id: string, category: string, key?: RequestKey) =>
        updateTransactionCategory(parts, actor, id, category, key),
    },

    /** Connects, checks the schema, and listens. Throws one sentence when the database is not migrated. */
    async start() {
      await openMigrated(database, schema, { waitMs: config.START_WAIT_MS, logger });
      await codec.start();
      relay.start();
      await consumers.start();
      // A memory that is half there would decide against what people taught; whoever served before goes on meanwhile.
      await learnDecisions(parts);
      for (const job of jobs) job.start();
      return await server.start();
    },

    /** Answers what is in flight, then lets go of everything. */
    async stop() {
      await server.stop();
      await Promise.all(jobs.map((job) => job.stop()));
      await consumers.stop();
      await relay.stop();
      await workers.close();
      await database.close();
    },
  };
}
