/**
 * Makes the demo company in databases that no service uses yet: `node main.ts`, after the migrations and before the
 * services start, with the variables below. Cut short, it goes on where it ended; run again, it adds nothing.
 */
import { loadConfig, loggingConfig, url } from '@finflow/chassis/config';
import { runProgram } from '@finflow/chassis/program';
import { z } from 'zod';
import { InProcess } from '../in-process.ts';
import { terminalProgress } from '../progress.ts';
import { demoLogin } from './company.ts';

const databaseUrl = url('postgres', 'postgresql');

const shape = z.object({
  /** Connection URLs of the services' own roles, and of the card sandbox's. */
  AUTH_DATABASE_URL: databaseUrl,
  PAYMENTS_DATABASE_URL: databaseUrl,
  ACCOUNTING_DATABASE_URL: databaseUrl,
  ANALYTICS_DATABASE_URL: databaseUrl,
  CARD_SANDBOX_DATABASE_URL: databaseUrl,
  /** The secrets that the services will have: auth's, and payments' three. */
  KEY_ENCRYPTION_KEY: z.string(),
  PROCESSOR_DATA_KEYS: z.string(),
  STRIPE_SECRET_KEY: z.string(),
  STRIPE_WEBHOOK_SECRET: z.string(),
  LOG_LEVEL: loggingConfig.LOG_LEVEL.unwrap().default('warn'),
});

await runProgram(async () => {
  const config = loadConfig(shape);
  const urls = {
    auth: config.AUTH_DATABASE_URL,
    payments: config.PAYMENTS_DATABASE_URL,
    accounting: config.ACCOUNTING_DATABASE_URL,
    analytics: config.ANALYTICS_DATABASE_URL,
    card_sandbox: config.CARD_SANDBOX_DATABASE_URL,
  };
  const platform = new InProcess({
    host: '127.0.0.1',
    port: 3000,
    secrets: {
      signingKeyEncryptionKey: config.KEY_ENCRYPTION_KEY,
      processorDataKeys: config.PROCESSOR_DATA_KEYS,
      sandboxSecretKey: config.STRIPE_SECRET_KEY,
      webhookSecret: config.STRIPE_WEBHOOK_SECRET,
    },
    databaseUrl: (name) => urls[name],
    logLevel: config.LOG_LEVEL,
  });
  const progress = terminalProgress(process.stdout);
  progress.step('Making the demo company');
  await platform.start();
  await platform.makeDemo(progress.at).finally(() => platform.stop());
  progress.done();
  progress.say(`Demo login: ${demoLogin.email} / ${demoLogin.password}`);
});
