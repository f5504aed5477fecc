import { systemClock } from '@finflow/chassis/clock';
import { grantPlatformAdmin } from './commands/grant-platform-admin.ts';
import { loadDatabaseConfig } from './config.ts';
import { runServerCommand } from './server-command.ts';

// node services/auth/src/grant-admin.ts EMAIL
const email = process.argv[2];
await runServerCommand(async (open) => {
  if (!email) throw new Error('Usage: node services/auth/src/grant-admin.ts EMAIL');
  const database = await open(loadDatabaseConfig().DATABASE_URL);
  const user = await grantPlatformAdmin({ database, clock: systemClock }, email);
  if (!user) throw new Error(`Nobody is registered as ${email}.`);
  return `${user.email} is a platform administrator. New tokens carry the role.`;
});
