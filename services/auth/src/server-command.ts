import { wordsGiven } from '@finflow/chassis/commands/words';
import { Database } from '@finflow/chassis/database/database';
import { entities } from './store/entities.ts';

/** A command on the server, for `--help` and for the words it takes. */
export interface ServerCommand {
  /** What to type, and what it is for. */
  readonly usage: string;
  /** How many words it takes. */
  readonly words: number;
}

/**
 * Runs a command on the server: connects, prints the sentence that `command` gives, disconnects. A failure is one
 * sentence on the error stream and exit code 1, wrong words the usage and 2.
 */
export async function runServerCommand(
  { usage, words: count }: ServerCommand,
  command: (open: OpenDatabase, words: readonly string[]) => Promise<string>,
): Promise<void> {
  const words = wordsGiven(usage, count);
  if (words === undefined) return;
  let database: Database | undefined;
  try {
    const sentence = await command(async (url) => {
      database = new Database({ url, entities, poolSize: 2 });
      await database.connect();
      return database;
    }, words);
    process.stdout.write(`${sentence}\n`);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  } finally {
    await database?.close();
  }
}

/** Connects to the database at this URL. */
export type OpenDatabase = (url: string) => Promise<Database>;
