import { join } from 'node:path';
import { migrations as accountingMigrations } from '@finflow/accounting/store/migrations/index';
import { migrations as analyticsMigrations } from '@finflow/analytics/store/migrations/index';
import { EmbeddedServer } from '@finflow/chassis/database/embedded-server';
import { migrate } from '@finflow/chassis/database/migrate';
import { EventCodec } from '@finflow/chassis/events/codec';
import { kafkaClient } from '@finflow/chassis/events/kafka/connection';
import { EmbeddedBroker } from '@finflow/chassis/events/kafka/embedded/broker';
import { EmbeddedRegistry } from '@finflow/chassis/events/kafka/embedded/registry';
import { applyTopics } from '@finflow/chassis/events/kafka/topics';
import { silentLogger } from '@finflow/chassis/logger';

/** What both measurements run on: PostgreSQL with durable commits, a broker and a registry, all of this machine. */
export interface Stage {
  readonly server: EmbeddedServer;
  /** URL of the service's role. */
  databaseUrl(name: 'accounting' | 'analytics'): string;
  /** The broker's `host:port`. */
  readonly broker: string;
  readonly registryUrl: string;
  close(): Promise<void>;
}

const migrations = { accounting: accountingMigrations, analytics: analyticsMigrations };

export async function openStage(folder: string): Promise<Stage> {
  const server = new EmbeddedServer({
    dataDir: join(folder, 'postgres'),
    durable: true,
    settings: { shared_buffers: '512MB', max_connections: 60, max_wal_size: '4GB' },
  });
  const broker = new EmbeddedBroker({ folder: join(folder, 'broker') });
  const registry = new EmbeddedRegistry();
  const close = async () => void (await Promise.allSettled([registry.stop(), broker.stop(), server.stop()]));
  try {
    await Promise.all([server.start(), broker.start(), registry.start()]);
    for (const name of ['accounting', 'analytics'] as const) {
      await server.ensureRole(`${name}_owner`, 'bench');
      await server.ensureRole(`${name}_service`, 'bench');
      await server.ensureDatabase({ name, owner: `${name}_owner`, users: [`${name}_service`] });
      await migrate({ url: server.url(`${name}_owner`, 'bench', name), migrations: migrations[name] });
    }
    const connection = { brokers: [broker.address], clientId: 'bench' };
    await applyTopics(kafkaClient(connection, silentLogger), { replicationFactor: 1 });
    await new EventCodec(registry.url, { register: true }).start();
  } catch (error) {
    await close();
    throw error;
  }
  return {
    server,
    databaseUrl: (name) => server.url(`${name}_service`, 'bench', name),
    broker: broker.address,
    registryUrl: registry.url,
    close,
  };
}
