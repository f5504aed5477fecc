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

const confidence = z
  .string()
  .regex(/^(0(\.\d{1,4})?|1(\.0{1,4})?)$/, 'must be a number from 0 to 1, such as 0.8')
  .transform(Number);

const shape = z.object({
  ...httpConfig({ httpPort: 4002, grpcPort: 4102 }),
  ...identityConfig,
  ...databaseConfig,
  ...eventsConfig,
  ...loggingConfig,
  /** Confidence from which an outflow is booked without a person. */
  BOOKING_CONFIDENCE: confidence.default(0.8),
  /** How often organizations are looked for whose day has turned, for invoices that fall due. */
  OVERDUE_INTERVAL_MS: integer(100, 86_400_000).default(60_000),
  /** Postings that may wait at a time; beyond, a clear error. */
  POSTING_QUEUE_SIZE: integer(1, 1_000_000).default(10_000),
});

/** What accounting reads from its environment, by variable name. */
export type AccountingConfig = z.output<typeof shape>;

/** @throws ConfigError naming every bad variable */
export function loadAccountingConfig(env?: Environment): AccountingConfig {
  return loadConfig(shape, env);
}
