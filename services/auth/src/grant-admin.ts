import { systemClock } from '@finflow/chassis/clock';
import { Database } from '@finflow/chassis/database/database';
import { grantPlatformAdmin } from './commands/grant-platform-admin.ts';
import { loadAuthConfig } from './config.ts';
import { entities } from './store/entities.ts';

// node services/auth/src/grant-admin.ts EMAIL
const email = process.argv[2];
if (!email) {
  process.stderr.write('Usage: node services/auth/src/grant-admin.ts EMAIL\n');
  process.exit(2);
}
const database = new Database({ url: loadAuthConfig().DATABASE_URL, entities, poolSize: 2 });
await database.connect();
const user = await grantPlatformAdmin({ database, clock: systemClock }, email);
await database.close();
if (user) process.stdout.write(`${user.email} is a platform administrator. New tokens carry the role.\n`);
else {
  process.stderr.write(`Nobody is registered as ${email}.\n`);
  process.exitCode = 1;
}
