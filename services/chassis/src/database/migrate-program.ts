import { loadConfig, ownerDatabaseConfig } from '../config.ts';
import { runProgram } from '../program.ts';
import { type Migration, migrate } from './migrate.ts';

/** What `migrate.ts` of a service does: applies its migrations as the owner and says which those were. */
export async function runMigrations(migrations: readonly Migration[]): Promise<void> {
  await runProgram(async () => {
    const { DATABASE_OWNER_URL } = loadConfig(ownerDatabaseConfig);
    const applied = await migrate({ url: DATABASE_OWNER_URL, migrations });
    process.stdout.write(applied.length === 0 ? 'The schema is current.\n' : `Applied: ${applied.join(', ')}\n`);
  });
}
