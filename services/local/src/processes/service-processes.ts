import type { IncomingMessage, ServerResponse } from 'node:http';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Environment } from '@finflow/chassis/config';
import type { LogLevel } from '@finflow/chassis/logger';
import { reachable } from '../environments.ts';
import { type LocalPorts, type ServiceName, serviceNames } from '../options.ts';
import { proxyTo } from './proxy.ts';
import { levelOfServices, serviceLine } from './service-lines.ts';
import { ServiceProcess } from './service-process.ts';

const services = resolve(import.meta.dirname, '../../..');
const telemetry = resolve(services, 'chassis/src/telemetry.ts');
/** Paths of plain HTTP, beside those of RPCs, which name their service themselves. */
export const plainPaths: Readonly<Record<string, ServiceName>> = {
  '/.well-known/jwks.json': 'auth',
  '/webhooks/stripe': 'payments',
};
const SETTLE_TIMEOUT_MS = 5_000;
const SETTLE_POLL_MS = 50;

export interface ServiceProcessesOptions {
  readonly host: string;
  readonly ports: LocalPorts;
  readonly environments: Record<ServiceName, Environment>;
  /** From which level on log lines are shown. */
  readonly logLevel: LogLevel;
  /** Shows a line on the terminal. */
  readonly show: (line: string) => void;
}

/** The four services, each a process of its own. */
export class ServiceProcesses {
  readonly #processes: Record<ServiceName, ServiceProcess>;
  readonly #proxies: Record<ServiceName, (request: IncomingMessage, response: ServerResponse) => void>;

  constructor({ host, ports, environments, logLevel, show }: ServiceProcessesOptions) {
    const process = (name: ServiceName) =>
      new ServiceProcess({
        name,
        main: resolve(services, name, 'src/main.ts'),
        preload: environments[name].OTEL_EXPORTER_OTLP_ENDPOINT && telemetry,
        env: {
          ...environments[name],
          OTEL_SERVICE_NAME: `finflow-${name}`,
          LOG_LEVEL: levelOfServices(logLevel),
          TRUSTED_PROXY_HOPS: '1',
        },
        onLine: (line) => {
          const shown = serviceLine(name, line, logLevel);
          if (shown !== undefined) show(shown);
        },
        onRestart: (how) => show(`${name} ${how}: starting it again.`),
      });
    const proxy = (name: ServiceName) =>
      proxyTo({ name, host: reachable(host).replace(/^\[|\]$/g, ''), port: ports[name].httpPort });
    this.#processes = ofEach(process);
    this.#proxies = ofEach(proxy);
  }

  async start(): Promise<void> {
    const started = await Promise.allSettled(Object.values(this.#processes).map((process) => process.start()));
    for (const result of started) if (result.status === 'rejected') throw result.reason;
  }

  /** Who answers this path, whether the method exists or not; undefined for the web app's paths. */
  handlerOf(path: string): ((request: IncomingMessage, response: ServerResponse) => void) | undefined {
    const named = serviceNames.find((name) => path.startsWith(`/finflow.${name}.`)) ?? plainPaths[path];
    return named && this.#proxies[named];
  }

  /**
   * Each answers what it has in hand and ends; those that consume events last, when they have handled what was published.
   *
   * @param unhandled how many published events some consumer has not handled yet; undefined when nobody knows
   */
  async stop(unhandled: () => Promise<number | undefined>): Promise<void> {
    const { payments, auth, accounting, analytics } = this.#processes;
    await Promise.all([payments.stop(), auth.stop()]);
    const deadline = performance.now() + SETTLE_TIMEOUT_MS;
    while (performance.now() < deadline && (await unhandled())) {
      await delay(SETTLE_POLL_MS);
    }
    await Promise.all([accounting.stop(), analytics.stop()]);
  }
}

function ofEach<T>(make: (name: ServiceName) => T): Record<ServiceName, T> {
  return {
    auth: make('auth'),
    payments: make('payments'),
    accounting: make('accounting'),
    analytics: make('analytics'),
  };
}
