import { setTimeout as delay } from 'node:timers/promises';
import type { EmbeddedServer } from '@finflow/chassis/database/embedded-server';
import { createLogger } from '@finflow/chassis/logger';
import type { CardSandbox } from '../card-sandbox/card-sandbox.ts';
import type { LocalConfig } from '../config.ts';
import type { DataFolder } from '../data-folder.ts';
import { serviceEnvironments } from '../environments.ts';
import { createLocalSandbox } from '../local-sandbox.ts';
import { type LocalOptions, servicePorts } from '../options.ts';
import { databaseUrl } from '../postgres.ts';
import type { LocalKafka } from './local-kafka.ts';
import { labelled } from './service-lines.ts';
import { ServiceProcesses } from './service-processes.ts';

const SANDBOX = 'card-sandbox';
/** Asking a broker that is away would outlast a person's patience with a Ctrl-C. */
const ASK_KAFKA_MS = 2_000;

export interface KafkaPlatformOptions {
  readonly options: LocalOptions;
  readonly config: LocalConfig;
  readonly server: EmbeddedServer;
  readonly folder: DataFolder;
  readonly kafka: LocalKafka;
  /** Shows a line on the terminal. */
  readonly show: (line: string) => void;
}

/** The card sandbox in this process, and the services in theirs, over Kafka. */
export class KafkaPlatform {
  readonly #folder: DataFolder;
  readonly #kafka: LocalKafka;
  readonly #sandbox: CardSandbox;
  readonly #services: ServiceProcesses;

  constructor({ options, config, server, folder, kafka, show }: KafkaPlatformOptions) {
    const { host, port } = options;
    const { secrets } = folder;
    const ports = servicePorts(port);
    this.#folder = folder;
    this.#kafka = kafka;
    this.#sandbox = createLocalSandbox({
      host,
      port,
      secrets,
      databaseUrl: databaseUrl(server, secrets.databasePassword, 'card_sandbox'),
      logger: createLogger({
        service: SANDBOX,
        level: config.LOG_LEVEL,
        destination: { write: (line) => show(labelled(SANDBOX, line.trimEnd())) },
      }),
    });
    const environments = serviceEnvironments({
      host,
      ports,
      secrets,
      databaseUrl: (name) => databaseUrl(server, secrets.databasePassword, name),
      shared: { ...config.telemetry, ...kafka.environment },
    });
    this.#services = new ServiceProcesses({ host, ports, environments, logLevel: config.LOG_LEVEL, show });
  }

  handlerOf(path: string): ReturnType<ServiceProcesses['handlerOf']> {
    return this.#services.handlerOf(path);
  }

  async start(): Promise<void> {
    await this.#folder.saveState({ ...this.#folder.state, kafkaHolds: true });
    await this.#sandbox.start();
    await this.#services.start();
  }

  /** Services first. Notes in the folder whether Kafka holds events that nobody has handled. */
  async stop(): Promise<void> {
    await this.#services.stop(() => this.#unhandled());
    await this.#sandbox.stop();
    await this.#folder.saveState({ ...this.#folder.state, kafkaHolds: (await this.#unhandled()) !== 0 });
  }

  /** Undefined when Kafka does not say: then nobody waits, and nobody believes that it is empty. */
  async #unhandled(): Promise<number | undefined> {
    return await Promise.race([this.#kafka.unhandled(), delay(ASK_KAFKA_MS, undefined, { ref: false })]);
  }
}
