import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Database } from '@finflow/chassis/database/database';

/** Runs SQL in a running platform's analytics database, as its owner: behind the service's back. */
export async function inAnalytics<T>(dataDir: string, sql: string): Promise<T> {
  const secrets = JSON.parse(await readFile(join(dataDir, 'secrets.json'), 'utf8')) as Record<string, string>;
  // The fourth line of PostgreSQL's pid file is its port.
  const port = (await readFile(join(dataDir, 'postgres/postmaster.pid'), 'utf8')).split('\n')[3];
  const url = `postgresql://analytics_owner:${secrets.databasePassword}@127.0.0.1:${port}/analytics`;
  const database = new Database({ url, poolSize: 2, applicationName: 'finflow-e2e' });
  await database.connect();
  try {
    return await database.system<T>((tx) => tx.query(sql));
  } finally {
    await database.close();
  }
}
