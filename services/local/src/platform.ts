import type { IncomingMessage, ServerResponse } from 'node:http';
import { loadAccountingConfig } from '@finflow/accounting/config';
import { createAccountingService } from '@finflow/accounting/service';
import { loadAnalyticsConfig } from '@finflow/analytics/config';
import { createAnalyticsService } from '@finflow/analytics/service';
import { loadAuthConfig } from '@finflow/auth/config';
import { createAuthService } from '@finflow/auth/service';
import type { Clock } from '@finflow/chassis/clock';
import { EmbeddedBus } from '@finflow/chassis/events/embedded-bus';
import type { Logger } from '@finflow/chassis/logger';
import { loadPaymentsConfig } from '@finflow/payments/config';
import { createPaymentsService } from '@finflow/payments/service';
import type { PlatformSecrets } from './data-folder.ts';
import { serviceEnvironments } from './environments.ts';
import { createLocalSandbox } from './local-sandbox.ts';
import { type ServiceName, serviceNames, servicePorts } from './options.ts';

export interface PlatformOptions {
  readonly host: string;
  /** The web port; the services' ports follow it. */
  readonly port: number;
  readonly secrets: PlatformSecrets;
  /** Connection URL of a service's own role, and of the card sandbox's. */
  readonly databaseUrl: (name: ServiceName | 'card_sandbox') => string;
  readonly clock: Clock;
  readonly loggerOf: (service: string) => Logger;
  /** Whether the sandbox may send its webhooks; while not, they wait. */
  readonly webhooksFlow: () => boolean;
}

/**
 * The four services and the card sandbox in this process, each on its own ports and with its own database, joined by
 * the embedded event bus. They are configured by variables as anywhere else, so nothing in them knows where it runs.
 */
export function createPlatform({ host, port, secrets, databaseUrl, clock, loggerOf, webhooksFlow }: PlatformOptions) {
  const bus = new EmbeddedBus();
  const ports = servicePorts(port);
  const environments = serviceEnvironments({ host, ports, secrets, databaseUrl });
  const dependencies = (name: ServiceName) => ({ bus, clock, logger: loggerOf(name) });

  const sandbox = createLocalSandbox({
    host,
    port,
    secrets,
    databaseUrl: databaseUrl('card_sandbox'),
    logger: loggerOf('card-sandbox'),
    webhooksFlow,
  });
  const auth = createAuthService(loadAuthConfig(environments.auth), dependencies('auth'));
  const payments = createPaymentsService(loadPaymentsConfig(environments.payments), dependencies('payments'));
  const accounting = createAccountingService(loadAccountingConfig(environments.accounting), dependencies('accounting'));
  const analytics = createAnalyticsService(loadAnalyticsConfig(environments.analytics), dependencies('analytics'));
  const services = { auth, payments, accounting, analytics };

  return {
    ...services,
    ports,
    /**
     * Who answers this path, whether the method exists or not; undefined for the web app's paths. A path of an RPC names
     * its service's package, so no two claim the same.
     */
    handlerOf(path: string): ((request: IncomingMessage, response: ServerResponse) => void) | undefined {
      const named = serviceNames.find((name) => path.startsWith(`/finflow.${name}.`) || services[name].serves(path));
      return named && services[named].handler;
    },

    /** Consumers first: what waits in an outbox since a crash finds them attached. */
    async start(): Promise<void> {
      await sandbox.start();
      await accounting.start();
      await analytics.start();
      await auth.start();
      await payments.start();
    },

    /** Resolves when no event waits anywhere. */
    async settled(): Promise<void> {
      // An event may cause another one: analytics' category is booked by accounting, whose entry analytics counts.
      for (let round = 0; round < 3; round++) {
        for (const { relay } of Object.values(services)) await relay.idle();
      }
    },

    /** Relays first: services publish to each other, so whichever went last would miss a consumer. What waits is kept. */
    async stop(): Promise<void> {
      await Promise.all(Object.values(services).map(({ relay }) => relay.stop()));
      await payments.stop();
      await auth.stop();
      await analytics.stop();
      await accounting.stop();
      await sandbox.stop();
      await bus.close();
    },
  };
}

export type Platform = ReturnType<typeof createPlatform>;
