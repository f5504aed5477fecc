import { ConfigError } from './config.ts';
import { isUnavailable, sqlState } from './database/sql-state.ts';
import { OperatorError } from './operator-error.ts';

/**
 * Runs what a program does. What whoever runs it can mend, a bad variable or a database that is not there, is said in a
 * sentence on the error stream; a fault of ours shows where it is. Either ends the program with exit code 1.
 */
export async function runProgram(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    process.stderr.write(`${explain(error)}\n`);
    // Not by exitCode: what main had opened already would keep the process alive.
    process.exit(1);
  }
}

/** SQLSTATE of an authorization that is refused, and of a database that the server does not have. */
const REFUSED = /^(28|3D000)/;

function explain(error: unknown): string {
  return sentenceFor(error) ?? (error instanceof Error ? (error.stack ?? error.message) : String(error));
}

/** What whoever runs a program can mend, in a sentence; undefined for a fault of ours. */
export function sentenceFor(error: unknown): string | undefined {
  if (error instanceof ConfigError || error instanceof OperatorError) return error.message;
  const { databaseAddress } = error as { databaseAddress?: string };
  const place = databaseAddress === undefined ? '' : ` at ${databaseAddress}`;
  if (isUnavailable(error)) return `The database${place} cannot be reached (${sqlState(error) ?? 'no answer'}).`;
  const state = sqlState(error) ?? '';
  if (REFUSED.test(state)) {
    return `The database${place} refuses the role, the password or the name of the database (${state}): correct its URL.`;
  }
  return undefined;
}
