import { readFileSync } from 'node:fs';
import { rebuild } from '@finflow/analytics/rebuild';
import { mintOperatorToken } from '@finflow/auth/commands/mint-operator-token';
import { loadOperatorConfig } from '@finflow/auth/config';
import { entities } from '@finflow/auth/store/entities';
import { SigningKeys } from '@finflow/auth/tokens/signing-keys';
import { systemClock } from '@finflow/chassis/clock';
import { UsageError } from '@finflow/chassis/commands/usage-error';
import { ConfigError, type Environment } from '@finflow/chassis/config';
import { Database } from '@finflow/chassis/database/database';
import { OperatorError } from '@finflow/chassis/operator-error';
import { runProgram } from '@finflow/chassis/program';
import type { LocalSecrets } from './data-folder.ts';
import { type LocalRebuildOptions, parseLocalRebuild } from './rebuild-options.ts';
import { runningPlatform } from './running-platform.ts';

/** The variables of a rebuild on the platform that `npm start` runs on this machine. */
async function environmentOf(dataDir: string | undefined): Promise<Environment> {
  const { secrets, databaseUrl, grpcAddress } = await runningPlatform(dataDir);
  return {
    DATABASE_OWNER_URL: databaseUrl('analytics', 'owner'),
    ACCOUNTING_ADDRESS: grpcAddress('accounting'),
    GRPC_PLAINTEXT: 'true',
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

/** Gives the exit code. */
async function main(args: readonly string[]): Promise<number> {
  let options: LocalRebuildOptions;
  try {
    options = parseLocalRebuild(args);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\nnpm run rebuild -- --help says what it can do.\n`);
    return 2;
  }
  const { local, rest } = options;
  const exitCode = await (local
    ? rebuild(rest, { environment: () => environmentOf(local.dataDir) })
    : rebuild(rest).catch((error: unknown) => {
        if (!(error instanceof ConfigError)) throw error;
        throw new OperatorError(`${error.message}\nOr --local, of the platform that \`npm start\` runs here.`);
      }));
  if (rest.includes('--help') || rest.includes('-h')) {
    process.stdout.write(readFileSync(new URL('rebuild-usage.txt', import.meta.url), 'utf8'));
  }
  return exitCode;
}

await runProgram(async () => {
  process.exitCode = await main(process.argv.slice(2));
});
