import {
  ConfigError,
  databaseConfig,
  type Environment,
  eventsConfig,
  httpConfig,
  identityConfig,
  integer,
  loadConfig,
  loggingConfig,
  migrationConfig,
  url,
} from '@finflow/chassis/config';
import type { LogLevel } from '@finflow/chassis/logger';
import { z } from 'zod';
import type { SealingKey } from './store/sealer.ts';

const KEY_BYTES = 32;

export interface PaymentsConfig {
  readonly host: string;
  readonly httpPort: number;
  readonly grpcPort: number;
  readonly trustedProxyHops: number;
  readonly drainMs: number;
  readonly databaseUrl: string;
  readonly databasePoolSize: number;
  readonly schemaRegistryUrl: string;
  readonly logLevel: LogLevel;
  readonly tokenIssuer: string;
  readonly tokenAudience: string;
  readonly jwksUrl: string;
  /** Secret key of the Stripe account, or the card sandbox's. */
  readonly stripeSecretKey: string;
  /** Signing secret of the webhook endpoint. */
  readonly stripeWebhookSecret: string;
  /** With which browsers turn cards into tokens; empty with the sandbox. */
  readonly stripePublishableKey: string;
  /** Base URL of the card sandbox; undefined when payments go to Stripe. */
  readonly cardSandboxUrl: string | undefined;
  /** How long one request to the processor may take. */
  readonly processorTimeoutMs: number;
  /** Encrypt card tokens and the processor's answers at rest: the first seals, all open. */
  readonly sealingKeys: readonly SealingKey[];
  /** `host:port` of accounting's gRPC port, where invoices are looked up. */
  readonly accountingAddress: string;
  /** How often undecided payments and refunds are looked for. */
  readonly reconcileIntervalMs: number;
  /** How old an undecided payment or refund is when the processor is first asked about it. */
  readonly reconcileAfterMs: number;
}

const sealingKeys = z
  .string()
  .transform((text) => text.split(',').map(sealingKey))
  .refine(
    (keys) => keys.every(({ id, key }) => /^[\w-]{1,32}$/.test(id) && key.length === KEY_BYTES) && areDistinct(keys),
    `must be NAME:KEY with ${KEY_BYTES} bytes in base64, as \`openssl rand -base64 ${KEY_BYTES}\` prints them; several, ` +
      'the newest first and each with a name of its own, are separated by commas',
  );

function sealingKey(text: string): SealingKey {
  const [id = '', encoded = ''] = text.trim().split(':');
  return { id, key: Buffer.from(encoded, 'base64') };
}

function areDistinct(keys: readonly SealingKey[]): boolean {
  return new Set(keys.map(({ id }) => id)).size === keys.length;
}

const startingWith = (...prefixes: string[]) =>
  z
    .string()
    .refine((text) => prefixes.some((prefix) => text.startsWith(prefix)), `must start with ${prefixes.join(' or ')}`);

const shape = z.object({
  ...httpConfig({ httpPort: 4001, grpcPort: 4101 }),
  ...identityConfig,
  ...databaseConfig,
  ...eventsConfig,
  ...loggingConfig,
  STRIPE_SECRET_KEY: startingWith('sk_', 'rk_'),
  STRIPE_WEBHOOK_SECRET: startingWith('whsec_'),
  STRIPE_PUBLISHABLE_KEY: startingWith('pk_').optional(),
  CARD_SANDBOX_URL: url('http', 'https').optional(),
  PROCESSOR_TIMEOUT_MS: integer(100, 80_000).default(10_000),
  PROCESSOR_DATA_KEYS: sealingKeys,
  ACCOUNTING_ADDRESS: z.string().regex(/^[^\s/]+:\d{1,5}$/, 'must be host:port'),
  RECONCILE_INTERVAL_MS: integer(50, 3_600_000).default(5_000),
  RECONCILE_AFTER_MS: integer(0, 3_600_000).default(15_000),
});

/**
 * Reads the service's settings. Throws ConfigError naming each variable that is missing or wrong: also a live key beside
 * the sandbox, and real payments without the key that browsers need.
 */
export function loadPaymentsConfig(env?: Environment): PaymentsConfig {
  const values = loadConfig(shape, env);
  const problems = [
    ...(values.CARD_SANDBOX_URL && !values.STRIPE_SECRET_KEY.startsWith('sk_test_')
      ? [{ variable: 'STRIPE_SECRET_KEY', expected: 'must start with sk_test_ when CARD_SANDBOX_URL is given' }]
      : []),
    ...(!values.CARD_SANDBOX_URL && !values.STRIPE_PUBLISHABLE_KEY
      ? [{ variable: 'STRIPE_PUBLISHABLE_KEY', expected: 'is required, or CARD_SANDBOX_URL in its place' }]
      : []),
  ];
  if (problems.length > 0) throw new ConfigError(problems);
  return {
    host: values.HOST,
    httpPort: values.HTTP_PORT,
    grpcPort: values.GRPC_PORT,
    trustedProxyHops: values.TRUSTED_PROXY_HOPS,
    drainMs: values.DRAIN_MS,
    databaseUrl: values.DATABASE_URL,
    databasePoolSize: values.DATABASE_POOL_SIZE,
    schemaRegistryUrl: values.SCHEMA_REGISTRY_URL,
    logLevel: values.LOG_LEVEL,
    tokenIssuer: values.TOKEN_ISSUER,
    tokenAudience: values.TOKEN_AUDIENCE,
    jwksUrl: values.JWKS_URL,
    stripeSecretKey: values.STRIPE_SECRET_KEY,
    stripeWebhookSecret: values.STRIPE_WEBHOOK_SECRET,
    stripePublishableKey: values.STRIPE_PUBLISHABLE_KEY ?? '',
    cardSandboxUrl: values.CARD_SANDBOX_URL,
    processorTimeoutMs: values.PROCESSOR_TIMEOUT_MS,
    sealingKeys: values.PROCESSOR_DATA_KEYS,
    accountingAddress: values.ACCOUNTING_ADDRESS,
    reconcileIntervalMs: values.RECONCILE_INTERVAL_MS,
    reconcileAfterMs: values.RECONCILE_AFTER_MS,
  };
}

/** The owner's database URL, for the migration command. */
export function loadMigrationConfig(env?: Environment): { databaseOwnerUrl: string } {
  return { databaseOwnerUrl: loadConfig(z.object(migrationConfig), env).DATABASE_OWNER_URL };
}
