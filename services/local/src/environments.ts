import type { Environment } from '@finflow/chassis/config';
import type { PlatformSecrets } from './data-folder.ts';
import type { LocalPorts, ServiceName } from './options.ts';

export interface EnvironmentOptions {
  readonly host: string;
  readonly ports: Omit<LocalPorts, 'kafka'>;
  readonly secrets: PlatformSecrets;
  /** Connection URL of a service's own role. */
  readonly databaseUrl: (name: ServiceName) => string;
  /** Variables that every service gets beside its own: where its events go. */
  readonly shared?: Environment;
}

/** Where something that listens on `host` is reached from this machine, as a URL names it. */
export function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

/** Each service's variables on this machine, as a deployment would set them: nothing in a service knows where it runs. */
export function serviceEnvironments(options: EnvironmentOptions): Record<ServiceName, Environment> {
  const { host, ports, secrets, databaseUrl, shared = {} } = options;
  const here = reachable(host);
  const common = (name: ServiceName): Environment => ({
    ...shared,
    HOST: host,
    HTTP_PORT: String(ports[name].httpPort),
    GRPC_PORT: String(ports[name].grpcPort),
    // Whoever asks for --host 0.0.0.0 opens a demo to a network of theirs, and has no certificates at hand.
    GRPC_PLAINTEXT: 'true',
    DATABASE_URL: databaseUrl(name),
    DATABASE_POOL_SIZE: '8',
    DRAIN_MS: '5000',
    JWKS_URL: `http://${here}:${ports.auth.httpPort}/.well-known/jwks.json`,
  });
  return {
    auth: { ...common('auth'), KEY_ENCRYPTION_KEY: secrets.signingKeyEncryptionKey },
    payments: {
      ...common('payments'),
      STRIPE_SECRET_KEY: secrets.sandboxSecretKey,
      STRIPE_WEBHOOK_SECRET: secrets.webhookSecret,
      CARD_SANDBOX_URL: `http://127.0.0.1:${ports.cardSandbox}`,
      PROCESSOR_DATA_KEYS: secrets.processorDataKeys,
      ACCOUNTING_ADDRESS: `${here}:${ports.accounting.grpcPort}`,
      // A person waits in front of this one: what a crash left undecided is decided soon after the next start.
      RECONCILE_INTERVAL_MS: '1000',
      RECONCILE_AFTER_MS: '3000',
    },
    accounting: common('accounting'),
    // A rebuild's swap makes its eight deliveries at a time wait; who looks at the dashboard meanwhile shall not.
    analytics: { ...common('analytics'), DATABASE_POOL_SIZE: '10' },
  };
}
