import { migrate } from '@finflow/chassis/database/migrate';
import { loadMigrationConfig } from './config.ts';
import { migrations } from './store/migrations/index.ts';

const applied = await migrate({ url: loadMigrationConfig().DATABASE_OWNER_URL, migrations });
process.stdout.write(applied.length === 0 ? 'The schema is current.\n' : `Applied: ${applied.join(', ')}\n`);
