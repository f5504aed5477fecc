// A sandbox in a process of its own, to be killed: arguments are the database and where webhooks go.
import { systemClock } from '@finflow/chassis/clock';
import { createCardSandbox } from '../../src/card-sandbox/card-sandbox.ts';

const [databaseUrl = '', webhookUrl = ''] = process.argv.slice(2);
const sandbox = createCardSandbox({
  databaseUrl,
  webhookUrl,
  host: '127.0.0.1',
  port: 0,
  secretKey: 'sk_test_fixture',
  webhookSecret: 'whsec_fixture',
  clock: systemClock,
});
const { port } = await sandbox.start();
process.stdout.write(`${port}\n`);
