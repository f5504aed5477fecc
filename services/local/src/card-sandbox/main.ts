/**
 * The card sandbox as a process of its own. Prints its base URL once it listens:
 * `node main.ts --database-url postgres://… [--host 127.0.0.1] [--port 0] [--secret-key sk_test_…]
 * [--webhook-url http://…] [--webhook-secret whsec_…]`
 */
import { parseArgs } from 'node:util';
import { systemClock } from '@finflow/chassis/clock';
import { runProgram } from '@finflow/chassis/program';
import { createCardSandbox } from './card-sandbox.ts';

await runProgram(async () => {
  const { databaseUrl, ...options } = readOptions();
  const sandbox = createCardSandbox({
    ...options,
    databaseUrl: databaseUrl ?? misused('--database-url is required: a Postgres database that nothing else uses.'),
    clock: systemClock,
    report: (problem) => process.stderr.write(`${problem}\n`),
  });
  const { port } = await sandbox.start();
  process.stdout.write(`http://${options.host}:${port}\n`);

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => void sandbox.stop().then(() => process.exit(0)));
  }
});

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        'database-url': { type: 'string' },
        host: { type: 'string', default: '127.0.0.1' },
        port: { type: 'string', default: '0' },
        'secret-key': { type: 'string', default: 'sk_test_sandbox' },
        'webhook-url': { type: 'string' },
        'webhook-secret': { type: 'string', default: 'whsec_sandbox' },
      },
    });
    if (!/^\d{1,5}$/.test(values.port) || Number(values.port) > 65_535) {
      throw new Error(`--port must be a whole number from 0 to 65535, not '${values.port}'.`);
    }
    return {
      databaseUrl: values['database-url'],
      host: values.host,
      port: Number(values.port),
      secretKey: values['secret-key'],
      webhookUrl: values['webhook-url'],
      webhookSecret: values['webhook-secret'],
    };
  } catch (error) {
    return misused((error as Error).message);
  }
}

/** Ends the program with what its caller has to change. */
function misused(sentence: string): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(2);
}
