import { wordsGiven } from '../commands/words.ts';
import { loadConfig, ownerDatabaseConfig } from '../config.ts';
import { runProgram } from '../program.ts';
import { type Migration, migrate } from './migrate.ts';

const USAGE = 'node services/NAME/src/migrate.ts\n  brings the schema up to date, as the owner in DATABASE_OWNER_URL';

/** What `migrate.ts` of a service does: applies its migrations as the owner and says which those were. */
export async function runMigrations(migrations: readonly Migration[]): Promise<void> {
  if (wordsGiven(USAGE, 0) === undefined) return;
  await runProgram(async () => {
    const { DATABASE_OWNER_URL } = loadConfig(ownerDatabaseConfig);
    const applied = await migrate({ url: DATABASE_OWNER_URL, migrations });
    process.stdout.write(applied.length === 0 ? 'The schema is current.\n' : `Applied: ${applied.join(', ')}\n`);
  });
}
