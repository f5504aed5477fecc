import { systemClock } from '@finflow/chassis/clock';
import type { Logger } from '@finflow/chassis/logger';
import { webhookEventTypes } from '@finflow/payments/gateways/stripe-webhooks';
import { type CardSandbox, createCardSandbox } from './card-sandbox/card-sandbox.ts';
import type { PlatformSecrets } from './data-folder.ts';
import { reachable } from './environments.ts';
import { servicePorts } from './options.ts';

export interface LocalSandboxOptions {
  /** Interface that payments listens on. */
  readonly host: string;
  /** The web port; the sandbox's and payments' follow it. */
  readonly port: number;
  readonly secrets: PlatformSecrets;
  readonly databaseUrl: string;
  readonly logger: Logger;
  /** Whether webhooks may be sent; while not, they wait. Always when left out. */
  readonly webhooksFlow?: () => boolean;
}

/** The card sandbox as payments of this machine knows it. */
export function createLocalSandbox(options: LocalSandboxOptions): CardSandbox {
  const { host, port, secrets, databaseUrl, logger, webhooksFlow = () => true } = options;
  const ports = servicePorts(port);
  const webhookUrl = `http://${reachable(host)}:${ports.payments.httpPort}/webhooks/stripe`;
  return createCardSandbox({
    databaseUrl,
    host: '127.0.0.1',
    port: ports.cardSandbox,
    secretKey: secrets.sandboxSecretKey,
    webhookUrl: () => (webhooksFlow() ? webhookUrl : undefined),
    webhookSecret: secrets.webhookSecret,
    webhookEvents: webhookEventTypes,
    clock: systemClock,
    report: (problem) => logger.warn({ problem }, 'a webhook was not delivered'),
  });
}
