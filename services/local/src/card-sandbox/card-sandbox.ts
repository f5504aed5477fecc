import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Background } from './background.ts';
import type { Clock } from './call.ts';
import { Control } from './control.ts';
import { ControlRoutes } from './control-routes.ts';
import { createApi } from './server.ts';
import { Store } from './store.ts';
import { runDueTimer } from './timers.ts';
import { WebhookDelivery } from './webhooks/delivery.ts';

const POLL_MS = 200;

export interface CardSandboxOptions {
  /** A Postgres database of its own; the tables are made at start. */
  databaseUrl: string;
  host: string;
  /** 0 for any free port. */
  port: number;
  /** The only secret key accepted, of the form `sk_test_…`. */
  secretKey: string;
  /** The key a browser may make tokens with; by default the secret key's `pk_test_` twin. */
  publishableKey?: string;
  /** Where events are sent; a function when it is known only later. Without one, events wait. */
  webhookUrl?: string | (() => string | undefined);
  /** Signs the events, of the form `whsec_…`. */
  webhookSecret: string;
  /** Event types sent, e.g. `['payment_intent.succeeded']`; all when absent. */
  webhookEvents?: readonly string[];
  clock: Clock;
  /** Told of what goes wrong inside. */
  report?: (problem: string) => void;
}

export interface CardSandbox {
  start(): Promise<{ port: number }>;
  /** Ends open connections and waits for the webhook under way. What is undelivered goes out after the next start. */
  stop(): Promise<void>;
  /** What tests make go wrong; also reachable over HTTP under /_sandbox/. */
  readonly control: Control;
  readonly webhooks: WebhookDelivery;
  readonly publishableKey: string;
}

/**
 * A local card processor that speaks Stripe's HTTP API: payment intents, refunds, charges, payment methods, tokens,
 * events and signed webhooks, with Stripe's published test cards. Made to be called by the official SDK through its
 * `host`, `port` and `protocol` options.
 */
export function createCardSandbox(options: CardSandboxOptions): CardSandbox {
  const { clock, secretKey, webhookUrl, webhookEvents } = options;
  const publishableKey = options.publishableKey ?? secretKey.replace(/^sk_/, 'pk_');
  const report = options.report ?? (() => undefined);
  const store = new Store(options.databaseUrl);
  const control = new Control();
  const webhooks = new WebhookDelivery({
    store,
    control,
    clock,
    endpoint: {
      url: () => control.webhookUrl ?? (typeof webhookUrl === 'function' ? webhookUrl() : webhookUrl),
      secret: options.webhookSecret,
      wants: (type) => webhookEvents === undefined || webhookEvents.includes(type),
    },
  });
  const background = new Background(
    [() => runDueTimer(store, control, clock), () => webhooks.deliverDue()],
    POLL_MS,
    report,
  );
  const changed = () => background.wake();
  const controlRoutes = new ControlRoutes(control, webhooks, changed);
  const server = createServer(
    createApi({ store, control, controlRoutes, clock, secretKey, publishableKey, changed, report }),
  );

  return {
    control,
    webhooks,
    publishableKey,
    async start() {
      await store.prepare();
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(options.port, options.host, resolve);
      });
      background.start();
      return { port: (server.address() as AddressInfo).port };
    },
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      await background.stop();
      await store.close();
    },
  };
}
