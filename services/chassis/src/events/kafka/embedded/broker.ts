import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { kafkaClassPath } from './artifacts.ts';
import { EmbeddedKafkaError, freePorts, JavaProcess, untilReady } from './java.ts';

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
  /** Where the controller listens on 127.0.0.1; chosen likewise. */
  readonly controllerPort?: number;
  /** Its place in a cluster; alone when left out. */
  readonly member?: ClusterMember;
}

/** Which of a cluster's brokers one is. */
export interface ClusterMember {
  /** From 1. */
  readonly nodeId: number;
  /** The controllers' ports on 127.0.0.1, that of node 1 first; each broker is a controller too. */
  readonly controllerPorts: readonly number[];
}

/** A Kafka broker (KRaft) on this machine for development and tests. Services are given its address. */
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

  /** Resolves when the broker that was started last has ended, by itself too. */
  get ended(): Promise<void> {
    return this.#process?.exited ?? Promise.resolve();
  }

  /**
   * Fetches Kafka when it is not here, formats its storage the first time, and resolves when it answers. A broker that
   * does not answer is ended.
   *
   * @throws EmbeddedKafkaError
   */
  async start(): Promise<void> {
    const { folder } = this.#options;
    await mkdir(folder, { recursive: true });
    const classPath = await kafkaClassPath();
    const settings = join(folder, 'server.properties');
    const port = await this.#configure(settings);
    if (!existsSync(join(folder, 'data', 'meta.properties'))) await format(settings, classPath);
    this.#address = `127.0.0.1:${port}`;
    const process = new JavaProcess([...JVM, '-cp', classPath, 'kafka.Kafka', settings]);
    this.#process = process;
    await untilReady(process, 'Kafka', () => accepts(port));
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

  /** Holds it still (SIGSTOP) or lets it go on (SIGCONT): a broker that is there and does not answer. */
  signal(name: NodeJS.Signals): void {
    this.#process?.signal(name);
  }

  /** Writes the settings, anew each time: ports and folder may be others than before. Gives the port. */
  async #configure(settings: string): Promise<number> {
    const known = await readFile(settings, 'utf8').catch(() => '');
    const [, knownPort, knownController] = /^listeners=\D+127\.0\.0\.1:(\d+)\D+127\.0\.0\.1:(\d+)$/m.exec(known) ?? [];
    const [free = 0, freeController = 0] = await freePorts(2);
    const port = this.#options.port ?? Number(knownPort ?? free);
    const controller = this.#options.controllerPort ?? Number(knownController ?? freeController);
    const { nodeId, controllerPorts } = this.#options.member ?? { nodeId: 1, controllerPorts: [controller] };
    const replicas = controllerPorts.length;
    const lines = {
      'process.roles': 'broker,controller',
      'node.id': nodeId,
      'controller.quorum.voters': controllerPorts.map((at, index) => `${index + 1}@127.0.0.1:${at}`).join(),
      listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPorts[nodeId - 1]}`,
      'controller.listener.names': 'CONTROLLER',
      'log.dirs': join(this.#options.folder, 'data'),
      'auto.create.topics.enable': false,
      'offsets.topic.replication.factor': replicas,
      'offsets.topic.num.partitions': 4,
      'transaction.state.log.replication.factor': replicas,
      'transaction.state.log.min.isr': 1,
      'share.coordinator.state.topic.replication.factor': replicas,
      'share.coordinator.state.topic.min.isr': 1,
      'group.initial.rebalance.delay.ms': 0,
      'group.min.session.timeout.ms': 1_000,
      // By default a killed broker waits 9 s for its own old registration to end.
      'broker.session.timeout.ms': 2_000,
    };
    const text = Object.entries(lines)
      .map(([name, value]) => `${name}=${value}\n`)
      .join('');
    await writeFile(settings, text);
    return port;
  }
}

async function format(settings: string, classPath: string): Promise<void> {
  const tool = new JavaProcess([
    ...JVM,
    '-cp',
    classPath,
    'kafka.tools.StorageTool',
    'format',
    '-t',
    CLUSTER_ID,
    '-c',
    settings,
  ]);
  await tool.exited;
  if (!/Formatting|already formatted/.test(tool.log)) {
    throw new EmbeddedKafkaError(`Kafka's storage could not be formatted:\n${tool.log}`);
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
