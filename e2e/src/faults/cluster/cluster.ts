import { randomBytes } from 'node:crypto';
import { chmod, cp, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DescService } from '@bufbuild/protobuf';
import { systemClock } from '@finflow/chassis/clock';
import { removeWithData } from '@finflow/chassis/database/embedded-data-dir';
import { EmbeddedServer } from '@finflow/chassis/database/embedded-server';
import { kafkaClient } from '@finflow/chassis/events/kafka/connection';
import { EmbeddedCluster } from '@finflow/chassis/events/kafka/embedded/cluster';
import { EmbeddedRegistry } from '@finflow/chassis/events/kafka/embedded/registry';
import { applyTopics } from '@finflow/chassis/events/kafka/topics';
import { registerSchemas } from '@finflow/chassis/events/schemas';
import { silentLogger } from '@finflow/chassis/logger';
import { type CardSandbox, createCardSandbox } from '@finflow/local/src/card-sandbox/card-sandbox.ts';
import type { LocalSecrets } from '@finflow/local/src/data-folder.ts';
import { serviceEnvironments } from '@finflow/local/src/environments.ts';
import type { LocalPorts, ServiceName } from '@finflow/local/src/options.ts';
import { databaseUrl, prepareDatabases } from '@finflow/local/src/postgres.ts';
import { webhookEventTypes } from '@finflow/payments/gateways/stripe-webhooks';
import type { Kafka } from 'kafkajs';
import type { ProcessorAccess } from '../../processor.ts';
import { DatabaseServer } from './database-server.ts';
import { freePortBlock } from './ports.ts';
import { Services } from './services.ts';

const REGISTRY = 'registry';

/**
 * FinFlow as it is deployed, on this machine alone: real brokers, a real registry, real PostgreSQL, each service a
 * process of its own. The card processor is of the world outside: it runs here, on a database that no fault reaches.
 */
export class Cluster {
  readonly folder: string;
  readonly #stops: (() => Promise<unknown>)[] = [];
  readonly #secrets: LocalSecrets = makeSecrets();
  database!: DatabaseServer;
  kafka!: EmbeddedCluster;
  registry!: EmbeddedRegistry;
  services!: Services;
  #ports!: LocalPorts;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** Starts everything; what was started is stopped again when something cannot. */
  static async start(brokers: 1 | 3): Promise<Cluster> {
    const folder = await mkdtemp(join(tmpdir(), 'finflow-faults-'));
    // As root, PostgreSQL runs under another account, which must be able to enter.
    await chmod(folder, 0o755);
    const cluster = new Cluster(folder);
    try {
      await cluster.#start(brokers);
      return cluster;
    } catch (error) {
      await cluster.stop();
      throw error;
    }
  }

  /** Where a service's RPCs are answered. */
  readonly address = ({ typeName }: DescService): string => {
    const name = typeName.split('.')[1] as ServiceName;
    return `http://127.0.0.1:${this.#ports[name].httpPort}`;
  };

  get processor(): ProcessorAccess {
    return { url: `http://127.0.0.1:${this.#ports.cardSandbox}`, secretKey: this.#secrets.sandboxSecretKey };
  }

  /** The URL with which a service connects to its database, by another port when a proxy stands between. */
  databaseUrl(name: ServiceName, port = this.database.server.port): string {
    const url = new URL(databaseUrl(this.database.server, this.#secrets.databasePassword, name));
    url.port = String(port);
    return url.href;
  }

  /** A client of the brokers, as an outsider. */
  outsider(): Kafka {
    return kafkaClient({ brokers: this.kafka.addresses, clientId: 'outsider' }, silentLogger);
  }

  /** Keeps the services' logs in a folder that outlives the cluster. */
  async keepLogs(to: string): Promise<void> {
    await cp(join(this.folder, 'logs'), to, { recursive: true });
  }

  /** Stops everything, the last started first, and removes the folder. */
  async stop(): Promise<void> {
    for (const stop of this.#stops.splice(0).reverse()) await stop().catch(() => undefined);
    await removeWithData(this.folder);
  }

  async #start(size: 1 | 3): Promise<void> {
    const { folder } = this;
    const ports = await freePortBlock(11 + 2 * size);
    const take = () => ports.shift() ?? 0;
    const pair = () => ({ httpPort: take(), grpcPort: take() });
    const services = { auth: pair(), payments: pair(), accounting: pair(), analytics: pair() };
    const [databasePort, registry] = [take(), take()];
    const kafka = { broker: ports[0] ?? 0, controller: ports[size] ?? 0, registry };
    this.#ports = { ...services, cardSandbox: take(), kafka };

    this.kafka = await EmbeddedCluster.create({ folder: join(folder, 'kafka'), size, ports });
    this.#stops.push(() => this.kafka.stop());
    const brokers = this.kafka.start();
    brokers.catch(() => undefined);
    this.database = new DatabaseServer(join(folder, 'postgres'), databasePort);
    this.#stops.push(() => this.database.stop());
    await this.database.start();
    await prepareDatabases(this.database.server, this.#secrets.databasePassword);
    await this.#startRegistry(registry);
    await this.#startSandbox();
    await brokers;
    const replicationFactor = Math.min(2, size);
    await applyTopics(this.outsider(), { replicationFactor });

    this.services = new Services({
      logFolder: join(folder, 'logs'),
      environments: serviceEnvironments({
        host: '127.0.0.1',
        ports: this.#ports,
        secrets: this.#secrets,
        databaseUrl: (name) => this.databaseUrl(name),
        shared: {
          KAFKA_BROKERS: this.kafka.addresses.join(),
          KAFKA_REPLICATION_FACTOR: String(replicationFactor),
          SCHEMA_REGISTRY_URL: this.registry.url,
          NODE_OPTIONS: '--disable-warning=TimeoutNegativeWarning',
        },
      }),
    });
    this.#stops.push(() => this.services.stop());
    await this.services.start();
  }

  async #startRegistry(port: number): Promise<void> {
    const { server } = this.database;
    const password = this.#secrets.databasePassword;
    await server.ensureRole(REGISTRY, password);
    await server.ensureDatabase({ name: REGISTRY, owner: REGISTRY });
    const database = { host: '127.0.0.1', port: server.port, name: REGISTRY, user: REGISTRY, password };
    this.registry = new EmbeddedRegistry({ port, database });
    this.#stops.push(() => this.registry.stop());
    await this.registry.start();
    await registerSchemas({ url: this.registry.url });
  }

  async #startSandbox(): Promise<void> {
    const world = new EmbeddedServer({ dataDir: join(this.folder, 'world'), durable: false });
    this.#stops.push(() => world.stop());
    await world.start();
    const password = this.#secrets.databasePassword;
    await world.ensureRole('card_sandbox', password);
    await world.ensureDatabase({ name: 'card_sandbox', owner: 'card_sandbox' });
    const sandbox: CardSandbox = createCardSandbox({
      databaseUrl: databaseUrl(world, password, 'card_sandbox'),
      host: '127.0.0.1',
      port: this.#ports.cardSandbox,
      secretKey: this.#secrets.sandboxSecretKey,
      webhookUrl: `http://127.0.0.1:${this.#ports.payments.httpPort}/webhooks/stripe`,
      webhookSecret: this.#secrets.webhookSecret,
      webhookEvents: webhookEventTypes,
      clock: systemClock,
    });
    this.#stops.push(() => sandbox.stop());
    await sandbox.start();
  }
}

function makeSecrets(): LocalSecrets {
  const key = () => randomBytes(32).toString('base64');
  return {
    databasePassword: randomBytes(18).toString('base64url'),
    signingKeyEncryptionKey: key(),
    processorDataKeys: `local:${key()}`,
    sandboxSecretKey: `sk_test_${randomBytes(18).toString('hex')}`,
    webhookSecret: `whsec_${randomBytes(18).toString('hex')}`,
  };
}
