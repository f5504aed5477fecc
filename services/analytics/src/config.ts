import {
  databaseConfig,
  type Environment,
  eventsConfig,
  httpConfig,
  identityConfig,
  integer,
  loadConfig,
  loggingConfig,
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
