import { dlq } from '@finflow/chassis/commands/dlq';
import type { LocalService } from '@finflow/chassis/commands/dlq/options';
import { UsageError } from '@finflow/chassis/commands/usage-error';
import { runProgram } from '@finflow/chassis/program';
import { serviceNames } from './options.ts';
import { runningPlatform } from './running-platform.ts';

/** The database of a service in the platform that `npm start` runs in a data folder. */
async function databaseUrl({ service, dataDir }: LocalService): Promise<string> {
  const name = serviceNames.find((known) => known === service);
  if (!name) throw new UsageError(`--service must be one of ${serviceNames.join(', ')}, not '${service}'.`);
  return (await runningPlatform(dataDir)).databaseUrl(name);
}

await runProgram(async () => {
  process.exitCode = await dlq(process.argv.slice(2), databaseUrl);
});
