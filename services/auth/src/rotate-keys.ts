import { systemClock } from '@finflow/chassis/clock';
import { loadKeyConfig } from './config.ts';
import { runServerCommand } from './server-command.ts';
import { SigningKeys } from './tokens/signing-keys.ts';

const usage = 'node services/auth/src/rotate-keys.ts\n  makes a new signing key: published now, signing in ten minutes';
await runServerCommand({ usage, words: 0 }, async (open) => {
  const { DATABASE_URL, KEY_ENCRYPTION_KEY } = loadKeyConfig();
  const keys = new SigningKeys({
    database: await open(DATABASE_URL),
    sealingKey: KEY_ENCRYPTION_KEY,
    clock: systemClock,
  });
  const { keyId, signsFrom } = await keys.rotate();
  return `Key ${keyId} is published and signs from ${signsFrom.toISOString()}; older keys verify until their last token has expired.`;
});
