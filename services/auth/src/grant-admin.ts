import { systemClock } from '@finflow/chassis/clock';
import { grantPlatformAdmin } from './commands/grant-platform-admin.ts';
import { loadDatabaseConfig } from './config.ts';
import { runServerCommand } from './server-command.ts';

const usage =
  'node services/auth/src/grant-admin.ts EMAIL\n  makes somebody who is registered a platform administrator';
await runServerCommand({ usage, words: 1 }, async (open, [email = '']) => {
  const database = await open(loadDatabaseConfig().DATABASE_URL);
  const user = await grantPlatformAdmin({ database, clock: systemClock }, email);
  if (!user) throw new Error(`Nobody is registered as ${email}.`);
  return `${user.email} is a platform administrator. New tokens carry the role.`;
});
