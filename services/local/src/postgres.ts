import { join } from 'node:path';
import { migrations as accounting } from '@finflow/accounting/store/migrations/index';
import { migrations as analytics } from '@finflow/analytics/store/migrations/index';
import { migrations as auth } from '@finflow/auth/store/migrations/index';
import { EmbeddedServer, EmbeddedServerError } from '@finflow/chassis/database/embedded-server';
import { migrate } from '@finflow/chassis/database/migrate';
import { ensureDatabase, ensureRole } from '@finflow/chassis/database/provision';
import type { EmbeddedRegistryOptions } from '@finflow/chassis/events/kafka/embedded/registry';
import { migrations as payments } from '@finflow/payments/store/migrations/index';
import { type ServiceName, StartError, serviceNames } from './options.ts';

type RegistryDatabase = NonNullable<EmbeddedRegistryOptions['database']>;

const migrations = { auth, payments, accounting, analytics };

/** Small enough for a laptop that does other things too; commits are durable. */
const settings = {
  shared_buffers: '48MB',
  max_connections: 60,
  max_wal_size: '256MB',
  autovacuum_naptime: '10s',
  max_worker_processes: 2,
  max_parallel_workers: 0,
  io_method: 'sync',
};

/** Starts the PostgreSQL of a data folder. Being given it means that no other platform runs in that folder. */
export async function startPostgres(dataDir: string): Promise<EmbeddedServer> {
  const server = new EmbeddedServer({ dataDir: join(dataDir, 'postgres'), durable: true, settings });
  try {
    await server.start();
  } catch (error) {
    if (error instanceof EmbeddedServerError) throw new StartError(advice(error, dataDir));
    throw error;
  }
  return server;
}

function advice(error: EmbeddedServerError, dataDir: string): string {
  switch (error.reason) {
    case 'DATA_IN_USE':
      return `FinFlow is already running in ${dataDir}: stop it, or choose another folder with --data.`;
    case 'DISK_FULL':
      return `The disk that holds ${dataDir} is full: make room, or choose another folder with --data.`;
    case 'DATA_OF_OTHER_VERSION':
      return `${error.message} Start it with the FinFlow that wrote it, or choose another folder with --data.`;
    default:
      return error.message;
  }
}

/** One database a service with two roles: the owner migrates, the service's role owns nothing. */
export async function prepareDatabases(server: EmbeddedServer, password: string): Promise<void> {
  await server.asSuperuser(async (superuser) => {
    for (const name of serviceNames) {
      const [owner, user] = [`${name}_owner`, `${name}_service`];
      await ensureRole(superuser, owner, password);
      await ensureRole(superuser, user, password);
      await ensureDatabase(superuser, { name, owner, users: [user] });
    }
    await ensureRole(superuser, 'card_sandbox', password);
    await ensureDatabase(superuser, { name: 'card_sandbox', owner: 'card_sandbox' });
  });
  await Promise.all(
    serviceNames.map((name) =>
      migrate({ url: server.url(`${name}_owner`, password, name), migrations: migrations[name] }),
    ),
  );
}

/** The schema registry's database, which its own role owns. Gives how it is reached. */
export async function prepareRegistryDatabase(server: EmbeddedServer, password: string): Promise<RegistryDatabase> {
  const name = 'registry';
  await server.ensureRole(name, password);
  await server.ensureDatabase({ name, owner: name });
  return { host: '127.0.0.1', port: server.port, name, user: name, password };
}

/** The URL a service, or the card sandbox, connects with. */
export function databaseUrl(server: EmbeddedServer, password: string, name: ServiceName | 'card_sandbox'): string {
  return server.url(name === 'card_sandbox' ? name : `${name}_service`, password, name);
}
