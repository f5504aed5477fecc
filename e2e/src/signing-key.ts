import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { signingKeys } from '@finflow/auth/store/signing-keys';
import { type SigningKey, SigningKeys } from '@finflow/auth/tokens/signing-keys';
import { systemClock } from '@finflow/chassis/clock';
import { Database } from '@finflow/chassis/database/database';

export type { SigningKey } from '@finflow/auth/tokens/signing-keys';

/**
 * The key a running platform signs access tokens with, read by whoever owns its data folder. Nobody else can make a
 * token that is expired or meant for somebody else and yet has the right signature.
 */
export async function signingKeyOf(dataDir: string): Promise<SigningKey> {
  const secrets = JSON.parse(await readFile(join(dataDir, 'secrets.json'), 'utf8')) as Record<string, string>;
  // The fourth line of PostgreSQL's pid file is its port.
  const port = (await readFile(join(dataDir, 'postgres/postmaster.pid'), 'utf8')).split('\n')[3];
  const url = `postgresql://auth_service:${secrets.databasePassword}@127.0.0.1:${port}/auth`;
  const database = new Database({ url, entities: [signingKeys], poolSize: 2, applicationName: 'finflow-e2e' });
  await database.connect();
  try {
    const sealingKey = Buffer.from(secrets.signingKeyEncryptionKey ?? '', 'base64');
    return await new SigningKeys({ database, sealingKey, clock: systemClock }).current();
  } finally {
    await database.close();
  }
}
