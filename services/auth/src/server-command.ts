import { Database } from '@finflow/chassis/database/database';
import { entities } from './store/entities.ts';

/**
 * Runs a command on the server: connects, prints the sentence that `command` gives, disconnects. A failure is one
 * sentence on the error stream and exit code 1.
 */
export async function runServerCommand(command: (open: OpenDatabase) => Promise<string>): Promise<void> {
  let database: Database | undefined;
  try {
    const sentence = await command(async (url) => {
      database = new Database({ url, entities, poolSize: 2 });
      await database.connect();
      return database;
    });
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
