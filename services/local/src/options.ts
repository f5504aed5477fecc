import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { UsageError } from '@finflow/chassis/commands/usage-error';

/** What a person may say to `npm start`. */
export interface LocalOptions {
  /** Port of the web app and of every API; gRPC ports follow it (see {@link servicePorts}). */
  readonly port: number;
  /** Interface to listen on; only this machine unless told otherwise. */
  readonly host: string;
  /** Folder that holds everything that must outlive the process. */
  readonly dataDir: string;
  /** Whether a first start makes the demo company. */
  readonly demo: boolean;
  /** Whether each service is a process of its own, with their events over a real Kafka. */
  readonly kafka: boolean;
}

/** A start that can't go on, in one sentence for the person who typed the command. */
export class StartError extends Error {}

/** A file of its own, because `npm start -- --help` shows it before anything is installed. */
export const usage = readFileSync(new URL('usage.txt', import.meta.url), 'utf8').trimEnd();

/** Reads the command line; anything it does not know is a {@link UsageError} with the usage under it. */
export function parseOptions(args: string[], defaultDataDir: string): LocalOptions | 'help' {
  let values: ReturnType<typeof parse>['values'];
  try {
    ({ values } = parse(args));
  } catch (error) {
    const sentence = error instanceof Error ? (error.message.split(/\.\s/)[0] ?? error.message) : String(error);
    const hint = sentence.startsWith('Unexpected argument') ? " Options go after '--': npm start -- --port 5000." : '';
    throw new UsageError(`${sentence}.${hint}\n${usage}`);
  }
  if (values.help) return 'help';
  if (values.data === '' || values.host === '') {
    throw new UsageError(`--${values.data === '' ? 'data' : 'host'} needs a value.\n${usage}`);
  }
  const port = Number(values.port);
  if (!/^\d+$/.test(values.port) || port < 1 || port > 64_000) {
    throw new UsageError(`--port must be a whole number from 1 to 64000, not '${values.port}'.`);
  }
  return {
    port,
    host: values.host,
    dataDir: resolve(values.data ?? defaultDataDir),
    demo: !values['no-demo'],
    kafka: values.kafka,
  };
}

function parse(args: string[]) {
  return parseArgs({
    args,
    options: {
      port: { type: 'string', default: '3000' },
      host: { type: 'string', default: '127.0.0.1' },
      data: { type: 'string' },
      'no-demo': { type: 'boolean', default: false },
      kafka: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
}

export type ServiceName = 'auth' | 'payments' | 'accounting' | 'analytics';
export const serviceNames: readonly ServiceName[] = ['auth', 'payments', 'accounting', 'analytics'];

export interface LocalPorts extends Record<ServiceName, { readonly httpPort: number; readonly grpcPort: number }> {
  readonly cardSandbox: number;
  /** Used with `--kafka` alone. */
  readonly kafka: KafkaPorts;
}

export interface KafkaPorts {
  readonly broker: number;
  readonly controller: number;
  readonly registry: number;
}

/**
 * The ports beside web port 3000: HTTP 4000–4003, gRPC 4100–4103, card sandbox 4200, Kafka's broker 4300 and controller
 * 4301, schema registry 4302. Another web port shifts them all by the same distance, so two platforms can run side by side when their web ports are 10 apart, say; 100 apart, the HTTP ports
 * of one are the gRPC ports of the other.
 */
export function servicePorts(webPort: number): LocalPorts {
  const ports = (index: number) => ({ httpPort: webPort + 1000 + index, grpcPort: webPort + 1100 + index });
  return {
    auth: ports(0),
    payments: ports(1),
    accounting: ports(2),
    analytics: ports(3),
    cardSandbox: webPort + 1200,
    kafka: { broker: webPort + 1300, controller: webPort + 1301, registry: webPort + 1302 },
  };
}
