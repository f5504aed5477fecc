import { z } from 'zod';
import { systemClock } from '../clock.ts';
import { ConfigError, databaseConfig, eventsConfig, loadConfig } from '../config.ts';
import { Database } from '../database/database.ts';
import { sqlState } from '../database/sql-state.ts';
import { eventCodec } from '../events/connect.ts';
import { OperatorError } from '../operator-error.ts';
import { runProgram } from '../program.ts';
import { dryRun } from './dlq/changes.ts';
import { discard } from './dlq/discard.ts';
import { list, listWaitingEvents } from './dlq/list.ts';
import { type DlqOptions, type LocalService, parseDlqOptions, usage } from './dlq/options.ts';
import { replay } from './dlq/replay.ts';
import { show } from './dlq/show.ts';
import type { Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';

const databaseShape = z.object({ DATABASE_URL: databaseConfig.DATABASE_URL });
const givenShape = z.object({ DATABASE_URL: z.string().optional() });
const eventsShape = z.object(eventsConfig);
/** Undefined table, undefined column, no right to read: migrations are missing, or it is not a service's role. */
const NOT_OURS = /^(42P01|42703|42501)$/;
/** Wrong password, or no such role. */
const NO_ENTRY = /^28/;
const NO_DATABASE = '3D000';

/** Finds the database of a service on this machine. Throws UsageError or OperatorError. */
export type FindDatabase = (local: LocalService) => Promise<string>;

/**
 * The command.
 *
 * @param findDatabase how `--service` is understood; without it only DATABASE_URL says which database
 * @returns the exit code
 */
export async function dlq(args: readonly string[], findDatabase?: FindDatabase): Promise<number> {
  const terminal: Terminal = { out: process.stdout, err: process.stderr };
  let options: DlqOptions;
  let url: string | undefined;
  try {
    options = parseDlqOptions(args, systemClock);
    if (options.command !== 'help' && options.local) {
      if (!findDatabase) throw new UsageError('--service is for a platform on this machine: set DATABASE_URL instead.');
      // One of them would be ignored, and a discard in the wrong database is hard to take back.
      if (loadConfig(givenShape).DATABASE_URL !== undefined) {
        throw new UsageError('--service and DATABASE_URL both say which database: leave one of them out.');
      }
      url = await findDatabase(options.local);
    }
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    terminal.err.write(`${error.message}\nnpm run dlq -- --help says what it can do.\n`);
    return 2;
  }
  if (options.command === 'help') {
    terminal.out.write(usage);
    return 0;
  }
  url ??= databaseInVariables(findDatabase !== undefined);
  const database = new Database({ url, poolSize: 2, applicationName: 'finflow-dlq' });
  try {
    await database.connect();
    switch (options.command) {
      case 'list':
        return await (options.waiting ? listWaitingEvents : list)(database, options, terminal);
      case 'show':
        return await show(database, eventCodec(loadConfig(eventsShape)), options, terminal);
      case 'replay':
        return await (options.dryRun
          ? dryRun(database, 'replay', options, terminal)
          : replay(database, options, terminal));
      case 'discard':
        return await (options.dryRun
          ? dryRun(database, 'discard', options, terminal)
          : discard(database, options, terminal));
    }
  } catch (error) {
    const sentence = explained(sqlState(error) ?? '', database.address, options.local?.service);
    throw sentence === undefined ? error : new OperatorError(sentence, { cause: error });
  } finally {
    await database.close();
  }
}

function databaseInVariables(localToo: boolean): string {
  try {
    return loadConfig(databaseShape).DATABASE_URL;
  } catch (error) {
    if (!localToo || !(error instanceof ConfigError)) throw error;
    throw new OperatorError(`${error.message}\nOr --service NAME, of the platform that \`npm start\` runs here.`);
  }
}

/** What is wrong with the database, and how to mend it; undefined when whoever runs the command cannot. */
function explained(state: string, address: string, service: string | undefined): string | undefined {
  const notOurs = NOT_OURS.test(state);
  const noEntry = NO_ENTRY.test(state);
  if (!notOurs && !noEntry && state !== NO_DATABASE) return undefined;
  if (service !== undefined) {
    return `The database of ${service} is not ready (${state}): wait until \`npm start\` says that FinFlow is, or start it again.`;
  }
  if (noEntry) {
    return `The database at ${address} refuses the role or the password in DATABASE_URL (${state}): give those that the service has.`;
  }
  if (!notOurs)
    return `The server at ${address} has no database of the name in DATABASE_URL (${state}): give the one that the service has.`;
  return `That is no current database of a service, as its own role sees it (${address}): migrate it first, or look at DATABASE_URL.`;
}

if (import.meta.main) {
  await runProgram(async () => {
    process.exitCode = await dlq(process.argv.slice(2));
  });
}
