import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { grantPlatformAdmin } from '@finflow/auth/commands/grant-platform-admin';
import { signingKeys } from '@finflow/auth/store/signing-keys';
import { users } from '@finflow/auth/store/users';
import { type SigningKey, SigningKeys } from '@finflow/auth/tokens/signing-keys';
import { systemClock } from '@finflow/chassis/clock';
import { Database } from '@finflow/chassis/database/database';

export type { SigningKey } from '@finflow/auth/tokens/signing-keys';

/**
 * The key a running platform signs access tokens with, read by whoever owns its data folder. Nobody else can make a
 * token that is expired or meant for somebody else and yet has the right signature.
 */
export async function signingKeyOf(dataDir: string): Promise<SigningKey> {
  return await withAuth(dataDir, async (database, sealingKey) => {
    return await new SigningKeys({ database, sealingKey, clock: systemClock }).current();
  });
}

/** Makes a registered person a platform administrator, as the command on the server does. */
export async function makePlatformAdmin(dataDir: string, email: string): Promise<void> {
  await withAuth(dataDir, (database) => grantPlatformAdmin({ database, clock: systemClock }, email));
}

async function withAuth<T>(dataDir: string, work: (database: Database, sealingKey: Buffer) => Promise<T>): Promise<T> {
  const secrets = JSON.parse(await readFile(join(dataDir, 'secrets.json'), 'utf8')) as Record<string, string>;
  // The fourth line of PostgreSQL's pid file is its port.
  const port = (await readFile(join(dataDir, 'postgres/postmaster.pid'), 'utf8')).split('\n')[3];
  const url = `postgresql://auth_service:${secrets.databasePassword}@127.0.0.1:${port}/auth`;
  const database = new Database({ url, entities: [signingKeys, users], poolSize: 2, applicationName: 'finflow-e2e' });
  await database.connect();
  try {
    return await work(database, Buffer.from(secrets.signingKeyEncryptionKey ?? '', 'base64'));
  } finally {
    await database.close();
  }
}
