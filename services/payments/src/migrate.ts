import { runMigrations } from '@finflow/chassis/database/migrate-program';
import { migrations } from './store/migrations/index.ts';

await runMigrations(migrations);
