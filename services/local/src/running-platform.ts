import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { readPostmaster } from '@finflow/chassis/database/embedded-postmaster';
import { OperatorError } from '@finflow/chassis/operator-error';
import type { LocalSecrets } from './data-folder.ts';
import type { ServiceName } from './options.ts';

/** Where `npm start` keeps its data unless it is told otherwise. */
export const defaultDataDir = resolve(import.meta.dirname, '../../../.finflow');

/** What other programs of this machine need of a platform that runs here. */
export interface RunningPlatform {
  readonly secrets: LocalSecrets;
  /** The URL of a service's database, as its own role or as its owner. */
  databaseUrl(service: ServiceName, as?: 'service' | 'owner'): string;
}

/**
 * The platform that runs in a data folder.
 *
 * @throws OperatorError when none does
 */
export async function runningPlatform(dataDir = defaultDataDir): Promise<RunningPlatform> {
  const folder = resolve(dataDir);
  const postmaster = await readPostmaster(join(folder, 'postgres'));
  const text = await readFile(join(folder, 'secrets.json'), 'utf8').catch(() => undefined);
  if (!postmaster || text === undefined) {
    throw new OperatorError(
      `FinFlow does not run in ${folder}: start it with \`npm start\`, or name its folder with --data.`,
    );
  }
  const secrets = JSON.parse(text) as LocalSecrets;
  const password = encodeURIComponent(secrets.databasePassword);
  return {
    secrets,
    databaseUrl: (service, as = 'service') =>
      `postgresql://${service}_${as}:${password}@127.0.0.1:${postmaster.port}/${service}`,
  };
}
