import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { EmbeddedKafkaError, freePorts, JavaProcess, maven } from './java.ts';

const POM = join(import.meta.dirname, 'pom.xml');
const READY_TIMEOUT_MS = 60_000;
const POLL_MS = 50;
/** Any fixed id: a cluster of this machine's own. */
const CLUSTER_ID = 'ZmluZmxvdy1sb2NhbC0wMQ';
/** Fast to start, small: a broker for one machine. */
const JVM = [
  '-Xms256m',
  '-Xmx256m',
  '-XX:+UseSerialGC',
  '-XX:TieredStopAtLevel=1',
  '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
];

export interface EmbeddedBrokerOptions {
  /** Folder of its data and settings; made at the first start. */
  readonly folder: string;
  /** On 127.0.0.1; a free one, kept for later starts, when left out. */
  readonly port?: number;
}

/** A Kafka broker (KRaft, one node) on this machine for development and tests. Services are given its address. */
export class EmbeddedBroker {
  readonly #options: EmbeddedBrokerOptions;
  #process: JavaProcess | undefined;
  #address = '';

  constructor(options: EmbeddedBrokerOptions) {
    this.#options = options;
  }

  /** `host:port`; known once started. */
  get address(): string {
    return this.#address;
  }

  get pid(): number {
    return this.#process?.pid ?? 0;
  }

  /**
   * Fetches Kafka when it is not in Maven's cache, formats its storage the first time, and resolves when it answers.
   *
   * @throws EmbeddedKafkaError
   */
  async start(): Promise<void> {
    const { folder } = this.#options;
    await mkdir(folder, { recursive: true });
    const classPath = await classPathIn(folder);
    const settings = join(folder, 'server.properties');
    if (!existsSync(settings)) await this.#format(settings, classPath);
    const port = Number(/^listeners=PLAINTEXT:\/\/127\.0\.0\.1:(\d+)/m.exec(await readFile(settings, 'utf8'))?.[1]);
    this.#address = `127.0.0.1:${port}`;
    const process = new JavaProcess([...JVM, '-cp', classPath, 'kafka.Kafka', settings]);
    this.#process = process;
    await answers(port, process);
  }

  /** A clean shutdown. */
  async stop(): Promise<void> {
    await this.#process?.stop();
  }

  /** As a crash of the machine would: tests of faults. */
  async kill(): Promise<void> {
    this.#process?.signal('SIGKILL');
    await this.#process?.exited;
  }

  async #format(settings: string, classPath: string): Promise<void> {
    const [free = 0, controller = 0] = await freePorts(2);
    const lines = {
      'process.roles': 'broker,controller',
      'node.id': 1,
      'controller.quorum.voters': `1@127.0.0.1:${controller}`,
      listeners: `PLAINTEXT://127.0.0.1:${this.#options.port ?? free},CONTROLLER://127.0.0.1:${controller}`,
      'controller.listener.names': 'CONTROLLER',
      'log.dirs': join(this.#options.folder, 'data'),
      'auto.create.topics.enable': false,
      'offsets.topic.replication.factor': 1,
      'offsets.topic.num.partitions': 4,
      'transaction.state.log.replication.factor': 1,
      'transaction.state.log.min.isr': 1,
      'share.coordinator.state.topic.replication.factor': 1,
      'share.coordinator.state.topic.min.isr': 1,
      'group.initial.rebalance.delay.ms': 0,
      'group.min.session.timeout.ms': 1_000,
      // By default a killed broker waits 9 s for its own old registration to end.
      'broker.session.timeout.ms': 2_000,
    };
    const text = Object.entries(lines)
      .map(([name, value]) => `${name}=${value}\n`)
      .join('');
    const draft = `${settings}.new`;
    await writeFile(draft, text);
    const tool = new JavaProcess([
      ...JVM,
      '-cp',
      classPath,
      'kafka.tools.StorageTool',
      'format',
      '-t',
      CLUSTER_ID,
      '-c',
      draft,
    ]);
    await tool.exited;
    if (!/Formatting|already formatted/.test(tool.log)) {
      throw new EmbeddedKafkaError(`Kafka's storage could not be formatted:\n${tool.log}`);
    }
    await writeFile(settings, text);
  }
}

/** Made once for a folder: asking Maven costs seconds each time. */
async function classPathIn(folder: string): Promise<string> {
  const file = join(folder, 'class-path');
  const known = await readFile(file, 'utf8').catch(() => '');
  if (known !== '' && known.split(':').every((jar) => existsSync(jar))) return known;
  await maven('--file', POM, 'dependency:build-classpath', `-Dmdep.outputFile=${file}`);
  return (await readFile(file, 'utf8')).trim();
}

async function answers(port: number, process: JavaProcess): Promise<void> {
  for (let waitedMs = 0; waitedMs < READY_TIMEOUT_MS; waitedMs += POLL_MS) {
    if (!process.running) throw new EmbeddedKafkaError(`Kafka ended before it was ready:\n${process.log}`);
    if (await accepts(port)) return;
    await delay(POLL_MS);
  }
  throw new EmbeddedKafkaError(`Kafka was not ready within ${READY_TIMEOUT_MS / 1000} s:\n${process.log}`);
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
