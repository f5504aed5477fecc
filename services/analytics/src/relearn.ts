import { Database } from '@finflow/chassis/database/database';
import { relearn } from './commands/relearn.ts';
import { loadAnalyticsConfig } from './config.ts';
import { entities } from './store/entities.ts';

// node services/analytics/src/relearn.ts ORGANIZATION_ID …
const organizationIds = process.argv.slice(2);
if (organizationIds.length === 0) {
  process.stderr.write('Usage: node services/analytics/src/relearn.ts ORGANIZATION_ID …\n');
  process.exit(2);
}
const database = new Database({ url: loadAnalyticsConfig().DATABASE_URL, entities, poolSize: 2 });
await database.connect();
for (const [index, id] of organizationIds.entries()) {
  const decisions = await relearn({ database }, id);
  process.stdout.write(`${index + 1}/${organizationIds.length} ${id}: learnt from ${decisions} decisions\n`);
}
await database.close();
