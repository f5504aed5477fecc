import { systemClock } from '@finflow/chassis/clock';
import { mintOperatorToken } from './commands/mint-operator-token.ts';
import { loadOperatorConfig } from './config.ts';
import { runServerCommand } from './server-command.ts';
import { SigningKeys } from './tokens/signing-keys.ts';

const usage =
  '(umask 077; node services/auth/src/operator-token.ts > FILE)\n' +
  '  makes a token for commands that read across organizations, good for an hour';
await runServerCommand({ usage, words: 0 }, async (open) => {
  const { DATABASE_URL, KEY_ENCRYPTION_KEY, TOKEN_ISSUER: issuer, TOKEN_AUDIENCE: audience } = loadOperatorConfig();
  const database = await open(DATABASE_URL);
  const keys = new SigningKeys({ database, sealingKey: KEY_ENCRYPTION_KEY, clock: systemClock });
  const { id, accessToken, expiresAt } = await mintOperatorToken({ keys, clock: systemClock, issuer, audience });
  // The token alone goes to the output; what a person wants to know of it, and logs may hold, goes beside.
  process.stderr.write(`Operator token ${id}, good until ${expiresAt.toISOString()}.\n`);
  return accessToken;
});
