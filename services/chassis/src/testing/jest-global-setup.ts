import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedServer } from '../database/embedded-server.ts';
import { KAFKA_STARTER_VARIABLE, KafkaStarter } from './kafka-starter.ts';
import { TEST_SERVER_VARIABLE } from './postgres.ts';

export interface Started {
  readonly server: EmbeddedServer;
  readonly folder: string;
  readonly kafka: KafkaStarter;
}

export const run = globalThis as { finflowTestServer?: Started };

/** Starts the run's one PostgreSQL server, on a free port, without any durability; Kafka waits to be asked for. */
export default async function startTestServer(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'finflow-test-'));
  // The server runs under another account when we are root.
  await chmod(folder, 0o755);
  const server = new EmbeddedServer({
    dataDir: join(folder, 'postgres'),
    durable: false,
    settings: { max_connections: 200, shared_buffers: '64MB', max_wal_size: '4GB', autovacuum_naptime: '5s' },
  });
  await server.start();
  // biome-ignore lint/style/noProcessEnv: Jest's global setup reaches its workers through the environment alone
  process.env[TEST_SERVER_VARIABLE] = server.superuserUrl();
  const kafka = await KafkaStarter.listen();
  // biome-ignore lint/style/noProcessEnv: as above
  process.env[KAFKA_STARTER_VARIABLE] = kafka.url;
  run.finflowTestServer = { server, folder, kafka };
}
