import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedBroker } from '../events/kafka/embedded/broker.ts';
import { EmbeddedRegistry } from '../events/kafka/embedded/registry.ts';

/** How a test process learns where to ask for the run's Kafka. */
export const KAFKA_STARTER_VARIABLE = 'FINFLOW_TEST_KAFKA_STARTER_URL';

/** Where the run's Kafka is. */
export interface KafkaAddresses {
  /** `host:port` of its one broker. */
  readonly broker: string;
  readonly registryUrl: string;
}

/** Asked over HTTP, so that whichever worker needs Kafka first has it started, and all of them share it. */
export class KafkaStarter {
  readonly #server: Server;
  #started: Promise<KafkaAddresses> | undefined;
  #stop = async (): Promise<void> => undefined;

  private constructor() {
    this.#server = createServer(async (_request, response) => {
      try {
        this.#started ??= this.#start();
        response.writeHead(200).end(JSON.stringify(await this.#started));
      } catch (error) {
        response.writeHead(500).end(error instanceof Error ? error.message : String(error));
      }
    }).unref();
  }

  static async listen(): Promise<KafkaStarter> {
    const starter = new KafkaStarter();
    starter.#server.listen(0, '127.0.0.1');
    await once(starter.#server, 'listening');
    return starter;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await this.#started?.catch(() => undefined);
    await this.#stop();
  }

  async #start(): Promise<KafkaAddresses> {
    const folder = await mkdtemp(join(tmpdir(), 'finflow-test-kafka-'));
    const broker = new EmbeddedBroker({ folder });
    const registry = new EmbeddedRegistry();
    this.#stop = async () => {
      await Promise.all([broker.stop(), registry.stop()]);
      await rm(folder, { recursive: true, force: true });
    };
    await Promise.all([broker.start(), registry.start()]);
    return { broker: broker.address, registryUrl: registry.url };
  }
}
