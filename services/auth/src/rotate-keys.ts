import { systemClock } from '@finflow/chassis/clock';
import { Database } from '@finflow/chassis/database/database';
import { loadAuthConfig } from './config.ts';
import { entities } from './store/entities.ts';
import { SigningKeys } from './tokens/signing-keys.ts';

// node services/auth/src/rotate-keys.ts
const config = loadAuthConfig();
const database = new Database({ url: config.DATABASE_URL, entities, poolSize: 2 });
await database.connect();
const keys = new SigningKeys({
  database,
  sealingKey: Buffer.from(config.KEY_ENCRYPTION_KEY, 'base64'),
  clock: systemClock,
});
const { keyId, signsFrom } = await keys.rotate();
await database.close();
process.stdout.write(
  `Key ${keyId} is published and signs from ${signsFrom.toISOString()}; older keys verify until their last token has expired.\n`,
);
