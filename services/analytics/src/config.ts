import {
  databaseConfig,
  type Environment,
  eventsConfig,
  grpcSecurityConfig,
  httpConfig,
  identityConfig,
  integer,
  loadConfig,
  loggingConfig,
  ownerDatabaseConfig,
} from '@finflow/chassis/config';
import { z } from 'zod';

const shape = z.object({
  ...httpConfig({ httpPort: 4003, grpcPort: 4103 }),
  ...identityConfig,
  ...databaseConfig,
  ...eventsConfig,
  ...loggingConfig,
  /** Threads for forecasts, imports and large batches. */
  WORKER_THREADS: integer(1, 64).default(1),
});

/** What analytics reads from its environment, by variable name. */
export type AnalyticsConfig = z.output<typeof shape>;

/** @throws ConfigError naming every bad variable */
export function loadAnalyticsConfig(env?: Environment): AnalyticsConfig {
  return loadConfig(shape, env);
}

const rebuildShape = ownerDatabaseConfig.extend({
  ...grpcSecurityConfig,
  /** `host:port` of accounting's gRPC port, where the journal is read. */
  ACCOUNTING_ADDRESS: z
    .string()
    .regex(/^[^\s/]+:\d{1,5}$/, 'must be host:port')
    .describe('host:port'),
  /** What auth's operator-token.ts prints. */
  OPERATOR_TOKEN: z
    .string()
    .trim()
    .regex(/^[\w-]+\.[\w-]+\.[\w-]+$/, 'must be what services/auth/src/operator-token.ts prints')
    .describe('what services/auth/src/operator-token.ts prints'),
});

/** What a rebuild of the read model takes. Throws as `loadAnalyticsConfig`. */
export function loadRebuildConfig(env?: Environment) {
  return loadConfig(rebuildShape, env);
}
