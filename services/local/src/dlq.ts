import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { dlq } from '@finflow/chassis/commands/dlq';
import type { LocalService } from '@finflow/chassis/commands/dlq/options';
import { UsageError } from '@finflow/chassis/commands/usage-error';
import { readPostmaster } from '@finflow/chassis/database/embedded-postmaster';
import { OperatorError } from '@finflow/chassis/operator-error';
import { runProgram } from '@finflow/chassis/program';
import type { LocalSecrets } from './data-folder.ts';
import { type ServiceName, serviceNames } from './options.ts';

const defaultDataDir = resolve(import.meta.dirname, '../../../.finflow');

/** The database of a service in the platform that `npm start` runs in a data folder. */
async function databaseUrl({ service, dataDir = defaultDataDir }: LocalService): Promise<string> {
  if (!serviceNames.includes(service as ServiceName)) {
    throw new UsageError(`--service must be one of ${serviceNames.join(', ')}, not '${service}'.`);
  }
  const folder = resolve(dataDir);
  const postmaster = await readPostmaster(join(folder, 'postgres'));
  const secrets = await readFile(join(folder, 'secrets.json'), 'utf8').catch(() => undefined);
  if (!postmaster || secrets === undefined) {
    throw new OperatorError(
      `FinFlow does not run in ${folder}: start it with \`npm start\`, or name its folder with --data.`,
    );
  }
  const password = encodeURIComponent((JSON.parse(secrets) as LocalSecrets).databasePassword);
  return `postgresql://${service}_service:${password}@127.0.0.1:${postmaster.port}/${service}`;
}

await runProgram(async () => {
  process.exitCode = await dlq(process.argv.slice(2), databaseUrl);
});
