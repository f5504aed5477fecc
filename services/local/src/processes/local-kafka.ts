import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Environment } from '@finflow/chassis/config';
import { type KafkaConnection, kafkaClient } from '@finflow/chassis/events/kafka/connection';
import { isFetched, kafkaClassPath, registryProgram } from '@finflow/chassis/events/kafka/embedded/artifacts';
import { EmbeddedBroker } from '@finflow/chassis/events/kafka/embedded/broker';
import { missingPrograms } from '@finflow/chassis/events/kafka/embedded/java';
import { EmbeddedRegistry, type EmbeddedRegistryOptions } from '@finflow/chassis/events/kafka/embedded/registry';
import { lagOf } from '@finflow/chassis/events/kafka/lag';
import { applyTopics } from '@finflow/chassis/events/kafka/topics';
import { registerSchemas } from '@finflow/chassis/events/schemas';
import { topicNames, topics } from '@finflow/chassis/events/topics';
import { silentLogger } from '@finflow/chassis/logger';
import { type KafkaPorts, StartError } from '../options.ts';
import { KeptRunning } from './keep-running.ts';

/** One broker: no topic can have more replicas. */
const REPLICATION_FACTOR = 1;
const GROUPS_TIMEOUT_MS = 10_000;
const GROUPS_POLL_MS = 200;
/** The declared groups with the topics that each consumes. */
const GROUPS = [...new Set(topicNames.flatMap((name) => topics[name].consumers))].map((group) => ({
  group,
  topics: topicNames.filter((name) => topics[name].consumers.includes(group)),
}));

export interface LocalKafkaOptions {
  readonly dataDir: string;
  readonly ports: KafkaPorts;
  /** Told, in a sentence, of what ended by itself and is started again. */
  readonly say: (sentence: string) => void;
}

/**
 * @throws StartError naming the programs that a broker and a registry need and this machine has not
 */
export async function assertKafkaCanRun(): Promise<void> {
  const fetched = await isFetched();
  // Maven fetches; what is here needs it no more.
  const missing = (await missingPrograms()).filter((program) => !(fetched && program.startsWith('Maven')));
  if (missing.length === 0) return;
  const packages = (java: string) => missing.map((program) => (program.startsWith('Maven') ? 'maven' : java)).join(' ');
  throw new StartError(
    `--kafka needs ${missing.join(' and ')} on the PATH. ` +
      `\`apt-get install ${packages('default-jre-headless')}\` (Debian, Ubuntu) or \`brew install ${packages('openjdk')}\` ` +
      '(macOS) installs what is missing; `npm start` without --kafka needs neither.',
  );
}

/** Whether Maven has something to fetch before the first start. */
export async function mustFetch(): Promise<boolean> {
  return !(await isFetched());
}

/** Fetches Kafka and the registry: about 150 MB, of which Maven keeps what it has. One after the other: they share its cache. */
export async function fetchKafka(): Promise<void> {
  await kafkaClassPath();
  await registryProgram();
}

/** A broker and a schema registry on this machine, started again when they end by themselves. */
export class LocalKafka {
  readonly #broker: EmbeddedBroker;
  readonly #keptBroker: KeptRunning;
  readonly #options: LocalKafkaOptions;
  #registry: EmbeddedRegistry | undefined;
  #keptRegistry: KeptRunning | undefined;
  #starting: Promise<unknown> = Promise.resolve();

  constructor(options: LocalKafkaOptions) {
    this.#options = options;
    const { dataDir, ports } = options;
    const folder = join(dataDir, 'kafka');
    this.#broker = new EmbeddedBroker({ folder, port: ports.broker, controllerPort: ports.controller });
    this.#keptBroker = this.#keep('Kafka', this.#broker);
  }

  /** What services must know of it. */
  get environment(): Environment {
    return {
      KAFKA_BROKERS: this.#broker.address,
      KAFKA_REPLICATION_FACTOR: String(REPLICATION_FACTOR),
      SCHEMA_REGISTRY_URL: this.#registry?.url,
    };
  }

  async startBroker(): Promise<void> {
    const starting = this.#keptBroker.start();
    this.#starting = starting.catch(() => undefined);
    await starting;
  }

  /** @param database where the registry keeps the schemas */
  async startRegistry(database: EmbeddedRegistryOptions['database']): Promise<void> {
    this.#registry = new EmbeddedRegistry({ port: this.#options.ports.registry, database });
    this.#keptRegistry = this.#keep('The schema registry', this.#registry);
    await this.#keptRegistry.start();
  }

  /** Makes the declared topics, and registers the schemas of this build. */
  async declare(): Promise<void> {
    const kafka = kafkaClient(this.#connection, silentLogger);
    const { left } = await applyTopics(kafka, { replicationFactor: REPLICATION_FACTOR });
    if (left.length > 0) {
      const list = left.map(
        ({ topic, what, declared, actual }) => `${topic}: ${what} ${actual} instead of ${declared}`,
      );
      throw new StartError(
        `The topics in ${join(this.#options.dataDir, 'kafka')} cannot become as declared (${list.join('; ')}): ` +
          'choose another folder with --data.',
      );
    }
    await registerSchemas({ url: this.#registry?.url ?? '' });
    // Asked for a group, Kafka makes or loads what it keeps of groups: the services find it there, or wait for it.
    const deadline = performance.now() + GROUPS_TIMEOUT_MS;
    while (performance.now() < deadline) {
      if ((await this.unhandled()) !== undefined) return;
      await delay(GROUPS_POLL_MS);
    }
  }

  /** How many records some group has not handled yet; undefined when Kafka does not say. */
  async unhandled(): Promise<number | undefined> {
    const kafka = kafkaClient(this.#connection, silentLogger);
    const lags = await lagOf(kafka, GROUPS, (name) => name).catch(() => undefined);
    return lags?.reduce((sum, { records }) => sum + records, 0);
  }

  /** The registry, then the broker. */
  async stop(): Promise<void> {
    await this.#starting;
    await this.#keptRegistry?.stop(async () => this.#registry?.stop());
    await this.#keptBroker.stop(() => this.#broker.stop());
  }

  get #connection(): KafkaConnection {
    return { brokers: [this.#broker.address], clientId: 'finflow-local' };
  }

  #keep(name: string, program: EmbeddedBroker | EmbeddedRegistry): KeptRunning {
    return new KeptRunning({
      start: () => program.start(),
      ended: () => program.ended.then(() => 'ended'),
      onEnd: (how) => this.#options.say(how === 'ended' ? `${name} ended: starting it again.` : `${how} Trying again.`),
    });
  }
}
