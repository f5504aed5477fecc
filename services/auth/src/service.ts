import { hkdfSync } from 'node:crypto';
import type { Clock } from '@finflow/chassis/clock';
import { Database } from '@finflow/chassis/database/database';
import { assertSchema, openMigrated } from '@finflow/chassis/database/migrate';
import { pruning } from '@finflow/chassis/database/prune';
import type { EventBus } from '@finflow/chassis/events/bus';
import { eventCodec } from '@finflow/chassis/events/connect';
import { TokenVerifier } from '@finflow/chassis/identity';
import { every } from '@finflow/chassis/lifecycle';
import { createLogger, type Logger } from '@finflow/chassis/logger';
import { OutboxRelay } from '@finflow/chassis/outbox/relay';
import { grpcSecurity } from '@finflow/chassis/rpc/grpc-security';
import { createRpcServer } from '@finflow/chassis/rpc/server';
import { type Credentials, login } from './commands/login.ts';
import { pruneSessions } from './commands/prune-sessions.ts';
import { type Registration, register } from './commands/register.ts';
import type { AuthConfig } from './config.ts';
import { PasswordHasher } from './credentials/password-hasher.ts';
import type { AuthParts } from './parts.ts';
import { authService } from './rpc/auth-service.ts';
import { jwksRoute } from './rpc/jwks-route.ts';
import { organizationService } from './rpc/organization-service.ts';
import { userService } from './rpc/user-service.ts';
import { Attempts } from './store/attempts.ts';
import { entities } from './store/entities.ts';
import { migrations } from './store/migrations/index.ts';
import { AccessTokens } from './tokens/access-tokens.ts';
import { SigningKeys } from './tokens/signing-keys.ts';

/** What a service is given beside its configuration. */
export interface ServiceDependencies {
  readonly bus: EventBus;
  readonly clock: Clock;
  readonly logger?: Logger;
}

/** Builds auth and hands its parts to each other; nothing runs before `start`. */
export function createAuthService(config: AuthConfig, { bus, clock, logger: given }: ServiceDependencies) {
  const logger = given ?? createLogger({ service: 'auth', level: config.LOG_LEVEL });
  const database = new Database({
    url: config.DATABASE_URL,
    poolSize: config.DATABASE_POOL_SIZE,
    applicationName: 'finflow-auth',
    entities,
    logger,
  });
  const schema = { migrations, program: 'services/auth/src/migrate.ts' };
  const sealingKey = config.KEY_ENCRYPTION_KEY;
  const keys = new SigningKeys({ database, sealingKey, clock });
  const attempts = new Attempts({ database, clock });
  const parts: AuthParts = {
    database,
    clock,
    hasher: new PasswordHasher(config.PASSWORD_HASHES_AT_ONCE),
    attempts,
    accessTokens: new AccessTokens({
      keys,
      clock,
      issuer: config.TOKEN_ISSUER,
      audience: config.TOKEN_AUDIENCE,
      lifetimeSeconds: config.ACCESS_TOKEN_SECONDS,
    }),
    // A key of its own for each use, derived from the one secret there is.
    invitationKey: Buffer.from(hkdfSync('sha256', sealingKey, '', 'finflow invitation tokens', 32)),
    limits: config,
  };
  const codec = eventCodec(config, { service: 'auth', logger });
  const relay = new OutboxRelay({ database, bus, codec, logger });
  const jobs = [
    pruning(database, logger),
    every({ name: 'prune attempts', intervalMs: 600_000, run: () => attempts.prune(), logger }),
    every({ name: 'prune sessions', intervalMs: 3_600_000, run: () => pruneSessions(parts), logger }),
  ];
  const verifier = new TokenVerifier({
    jwks: () => keys.published(),
    issuer: config.TOKEN_ISSUER,
    audience: config.TOKEN_AUDIENCE,
    clock,
  });
  const server = createRpcServer({
    name: 'auth',
    services: [authService(parts), organizationService(parts), userService(parts)],
    verifier,
    logger,
    host: config.HOST,
    httpPort: config.HTTP_PORT,
    grpcPort: config.GRPC_PORT,
    grpcSecurity: grpcSecurity(config, logger),
    grpcConnectionAgeMs: config.GRPC_CONNECTION_AGE_MS,
    trustedProxyHops: config.TRUSTED_PROXY_HOPS,
    drainMs: config.DRAIN_MS,
    httpRoutes: [jwksRoute(keys)],
    ready: () => assertSchema(database, schema),
  });

  return {
    parts,
    keys,
    relay,
    handler: server.handler,
    serves: server.serves,
    /** The use cases, for whoever runs in the same process. */
    commands: {
      register: (registration: Registration) => register(parts, registration),
      login: (credentials: Credentials) => login(parts, credentials),
      verify: (accessToken: string) => verifier.verify(accessToken),
    },

    /** Connects, checks the schema, and listens. Throws one sentence when the database is not migrated. */
    async start() {
      await openMigrated(database, schema, { waitMs: config.START_WAIT_MS, logger });
      await keys.ensureFirst();
      await codec.start();
      relay.start();
      for (const job of jobs) job.start();
      return await server.start();
    },

    /** Answers what is in flight, then lets go of everything. */
    async stop() {
      await server.stop();
      await Promise.all(jobs.map((job) => job.stop()));
      await relay.stop();
      await database.close();
    },
  };
}
