import { rebuild } from '@finflow/analytics/rebuild';
import type { LocalPlatform } from '@finflow/analytics/rebuild/options';
import { mintOperatorToken } from '@finflow/auth/commands/mint-operator-token';
import { loadOperatorConfig } from '@finflow/auth/config';
import { entities } from '@finflow/auth/store/entities';
import { SigningKeys } from '@finflow/auth/tokens/signing-keys';
import { systemClock } from '@finflow/chassis/clock';
import type { Environment } from '@finflow/chassis/config';
import { Database } from '@finflow/chassis/database/database';
import { runProgram } from '@finflow/chassis/program';
import type { LocalSecrets } from './data-folder.ts';
import { servicePorts } from './options.ts';
import { runningPlatform } from './running-platform.ts';

/** The variables of a rebuild on the platform that `npm start` runs on this machine. */
async function environmentOf({ port, dataDir }: LocalPlatform): Promise<Environment> {
  const { secrets, databaseUrl } = await runningPlatform(dataDir);
  return {
    DATABASE_OWNER_URL: databaseUrl('analytics', 'owner'),
    ACCOUNTING_ADDRESS: `127.0.0.1:${servicePorts(port).accounting.grpcPort}`,
    OPERATOR_TOKEN: await operatorToken(databaseUrl('auth'), secrets),
  };
}

async function operatorToken(databaseUrl: string, { signingKeyEncryptionKey }: LocalSecrets): Promise<string> {
  const config = loadOperatorConfig({ DATABASE_URL: databaseUrl, KEY_ENCRYPTION_KEY: signingKeyEncryptionKey });
  const database = new Database({ url: databaseUrl, entities, poolSize: 2 });
  await database.connect();
  try {
    const keys = new SigningKeys({ database, sealingKey: config.KEY_ENCRYPTION_KEY, clock: systemClock });
    const { TOKEN_ISSUER: issuer, TOKEN_AUDIENCE: audience } = config;
    return (await mintOperatorToken({ keys, clock: systemClock, issuer, audience })).accessToken;
  } finally {
    await database.close();
  }
}

await runProgram(async () => {
  process.exitCode = await rebuild(process.argv.slice(2), { local: environmentOf });
});
