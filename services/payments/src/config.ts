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
  url,
} from '@finflow/chassis/config';
import type { SealingKey } from '@finflow/chassis/sealer';
import { z } from 'zod';

const KEY_BYTES = 32;

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
  /** Secret key of the Stripe account, or the card sandbox's. */
  STRIPE_SECRET_KEY: startingWith('sk_', 'rk_'),
  /** Signing secret of the webhook endpoint. */
  STRIPE_WEBHOOK_SECRET: startingWith('whsec_'),
  /** With which browsers turn cards into tokens; not needed with the sandbox. */
  STRIPE_PUBLISHABLE_KEY: startingWith('pk_').optional(),
  /** Base URL of the card sandbox. Given, payments go there and no money moves. */
  CARD_SANDBOX_URL: url('http', 'https').optional(),
  /** How long one request to the processor may take. */
  PROCESSOR_TIMEOUT_MS: integer(100, 80_000).default(10_000),
  /** Encrypt card tokens and the processor's answers at rest: the first seals, all open. */
  PROCESSOR_DATA_KEYS: sealingKeys,
  /** `host:port` of accounting's gRPC port, where invoices are looked up. */
  ACCOUNTING_ADDRESS: z.string().regex(/^[^\s/]+:\d{1,5}$/, 'must be host:port'),
  /** How often undecided payments and refunds are looked for. */
  RECONCILE_INTERVAL_MS: integer(50, 3_600_000).default(5_000),
  /** How old an undecided payment or refund is when the processor is first asked about it. */
  RECONCILE_AFTER_MS: integer(0, 3_600_000).default(15_000),
});

/** What payments reads from its environment, by variable name. */
export type PaymentsConfig = z.output<typeof shape>;

/**
 * Reads the configuration from the environment.
 *
 * @throws ConfigError naming every bad variable: also a live key beside the sandbox, and real payments without the key
 *   that browsers need
 */
export function loadPaymentsConfig(env?: Environment): PaymentsConfig {
  const config = loadConfig(shape, env);
  const problems: { variable: string; expected: string }[] = [];
  if (config.CARD_SANDBOX_URL && !config.STRIPE_SECRET_KEY.startsWith('sk_test_')) {
    problems.push({ variable: 'STRIPE_SECRET_KEY', expected: 'must start with sk_test_ beside CARD_SANDBOX_URL' });
  }
  if (!config.CARD_SANDBOX_URL && !config.STRIPE_PUBLISHABLE_KEY) {
    problems.push({ variable: 'STRIPE_PUBLISHABLE_KEY', expected: 'is required, or CARD_SANDBOX_URL in its place' });
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
}
