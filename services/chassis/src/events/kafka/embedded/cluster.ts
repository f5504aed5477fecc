import { join } from 'node:path';
import { kafkaClassPath } from './artifacts.ts';
import { EmbeddedBroker } from './broker.ts';
import { freePorts } from './java.ts';

export interface EmbeddedClusterOptions {
  /** Folder of the brokers' data; a new one. */
  readonly folder: string;
  /** Brokers, each a controller too; 3 survive the loss of one. About 200 MB each. */
  readonly size: number;
  /** The brokers' and then the controllers' ports on 127.0.0.1; free ones when left out. */
  readonly ports?: readonly number[];
}

/** Kafka brokers on this machine that are one cluster, for tests of faults. Internal topics are on all of them. */
export class EmbeddedCluster {
  readonly brokers: readonly EmbeddedBroker[];

  private constructor(brokers: readonly EmbeddedBroker[]) {
    this.brokers = brokers;
  }

  /** Chooses the ports; nothing runs before `start`. */
  static async create(options: EmbeddedClusterOptions): Promise<EmbeddedCluster> {
    const { folder, size } = options;
    const ports = options.ports ?? (await freePorts(2 * size));
    const controllerPorts = ports.slice(size, 2 * size);
    return new EmbeddedCluster(
      Array.from({ length: size }, (_, index) => {
        const nodeId = index + 1;
        const member = { nodeId, controllerPorts };
        return new EmbeddedBroker({ folder: join(folder, `broker-${nodeId}`), port: ports[index], member });
      }),
    );
  }

  /** `host:port` of each broker; known once started. */
  get addresses(): string[] {
    return this.brokers.map(({ address }) => address);
  }

  /**
   * Resolves when every broker answers.
   *
   * @throws EmbeddedKafkaError
   */
  async start(): Promise<void> {
    // Once for all of them.
    await kafkaClassPath();
    // Together: a broker answers only once a majority of the controllers has met.
    await Promise.all(this.brokers.map((broker) => broker.start()));
  }

  async stop(): Promise<void> {
    await Promise.all(this.brokers.map((broker) => broker.stop()));
  }
}
