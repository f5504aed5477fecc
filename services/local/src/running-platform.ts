import { readFile, readlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { isPostmasterOf, type Postmaster, readPostmaster } from '@finflow/chassis/database/embedded-postmaster';
import { OperatorError } from '@finflow/chassis/operator-error';
import type { FolderState, LocalSecrets } from './data-folder.ts';
import { reachable } from './environments.ts';
import { type ServiceName, servicePorts } from './options.ts';

/** Where `npm start` keeps its data unless it is told otherwise. */
export const defaultDataDir = resolve(import.meta.dirname, '../../../.finflow');

/** What other programs of this machine need of a platform that runs here. */
export interface RunningPlatform {
  readonly secrets: LocalSecrets;
  /** The URL of a service's database, as its own role or as its owner. */
  databaseUrl(service: ServiceName, as?: 'service' | 'owner'): string;
  /** `host:port` of a service's gRPC port. */
  grpcAddress(service: ServiceName): string;
}

/**
 * The platform that runs in a data folder.
 *
 * @throws OperatorError when none does
 */
export async function runningPlatform(dataDir = defaultDataDir): Promise<RunningPlatform> {
  const folder = resolve(dataDir);
  const postmaster = await runningPostmaster(join(folder, 'postgres'));
  const secrets = await readJson<LocalSecrets>(join(folder, 'secrets.json'));
  const { host, port } = (await readJson<FolderState>(join(folder, 'state.json'))) ?? {};
  if (!postmaster || !secrets || host === undefined || port === undefined) {
    throw new OperatorError(
      `FinFlow does not run in ${folder}: start it with \`npm start\`, or name its folder with --data.`,
    );
  }
  const password = encodeURIComponent(secrets.databasePassword);
  return {
    secrets,
    databaseUrl: (service, as = 'service') =>
      `postgresql://${service}_${as}:${password}@127.0.0.1:${postmaster.port}/${service}`,
    grpcAddress: (service) => `${reachable(host)}:${servicePorts(port)[service].grpcPort}`,
  };
}

/** The database server of the folder, if it lives: after a power cut its file is still there. */
async function runningPostmaster(dataDir: string): Promise<Postmaster | undefined> {
  const postmaster = await readPostmaster(dataDir);
  // Where the server's account cannot enter the folder, there is a link to another one in its place.
  const used = await readlink(dataDir).catch(() => dataDir);
  return postmaster && (await isPostmasterOf(postmaster.pid, used)) ? postmaster : undefined;
}

async function readJson<T>(file: string): Promise<T | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as T);
}
