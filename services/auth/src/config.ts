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

/** 32 bytes, given in base64. */
const key = z
  .string()
  .transform((text) => Buffer.from(text, 'base64'))
  .refine((bytes) => bytes.length === 32, 'must be 32 bytes in base64 (openssl rand -base64 32)');

const shape = z.object({
  ...httpConfig({ httpPort: 4000, grpcPort: 4100 }),
  ...databaseConfig,
  ...eventsConfig,
  ...loggingConfig,
  // Auth publishes the keys itself, so it needs no URL of them.
  TOKEN_ISSUER: identityConfig.TOKEN_ISSUER,
  TOKEN_AUDIENCE: identityConfig.TOKEN_AUDIENCE,
  /** Seals the private signing keys at rest; the key that makes invitation tokens is derived from it. */
  KEY_ENCRYPTION_KEY: key,
  /** How long an access token is good for, in seconds. */
  ACCESS_TOKEN_SECONDS: integer(1, 3_600).default(600),
  /** How long a session lives without being refreshed, in days. */
  SESSION_IDLE_DAYS: integer(1, 365).default(30),
  /** How long a session lives however much it is used, in days; then the password is asked for again. */
  SESSION_MAX_DAYS: integer(1, 3_650).default(90),
  /** Failed sign-ins allowed in 15 minutes. */
  FAILURES_PER_ACCOUNT: integer(1, 1_000).default(10),
  FAILURES_PER_ADDRESS: integer(1, 100_000).default(300),
  /** Accounts that one address may make in 15 minutes. */
  REGISTRATIONS_PER_ADDRESS: integer(1, 100_000).default(300),
  /** Passwords hashed at the same time; each takes 19 MiB and a thread of the pool. */
  PASSWORD_HASHES_AT_ONCE: integer(1, 64).default(2),
});

/** What auth reads from its environment, by variable name. */
export type AuthConfig = z.output<typeof shape>;

/** Reads the configuration from the environment. Throws ConfigError naming each bad variable. */
export function loadAuthConfig(env?: Environment): AuthConfig {
  return loadConfig(shape, env);
}

/** What commands on the server read. */
export function loadDatabaseConfig(env?: Environment) {
  return loadConfig(shape.pick({ DATABASE_URL: true }), env);
}

/** What making an operator's token takes. */
export function loadOperatorConfig(env?: Environment) {
  const taken = { DATABASE_URL: true, KEY_ENCRYPTION_KEY: true, TOKEN_ISSUER: true, TOKEN_AUDIENCE: true } as const;
  return loadConfig(shape.pick(taken), env);
}

/** What rotating keys takes. */
export function loadKeyConfig(env?: Environment) {
  return loadConfig(shape.pick({ DATABASE_URL: true, KEY_ENCRYPTION_KEY: true }), env);
}
