import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { ensureDatabase, ensureRole } from '@finflow/chassis/database/provision';
import { grpcClient } from '@finflow/chassis/rpc/client';
import { asSuperuser, TEST_SERVER_VARIABLE } from '@finflow/chassis/testing/postgres';
import { Health, HealthCheckResponse_ServingStatus as Status } from '@finflow/proto/grpc/health/v1/health_pb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Deployment, deployments } from '../src/contracts.ts';
import { eventually } from '../src/eventually.ts';
import { Program } from '../src/program.ts';

const key = () => randomBytes(32).toString('base64');

/** What each service needs beyond what all need. */
const own: Record<Deployment, Record<string, string>> = {
  auth: { KEY_ENCRYPTION_KEY: key() },
  payments: {
    STRIPE_SECRET_KEY: 'sk_test_standalone',
    STRIPE_PUBLISHABLE_KEY: 'pk_test_standalone',
    STRIPE_WEBHOOK_SECRET: 'whsec_standalone',
    PROCESSOR_DATA_KEYS: `first:${key()}`,
    ACCOUNTING_ADDRESS: '127.0.0.1:9',
  },
  accounting: {},
  analytics: {},
};

/** A method of each, to have a request in hand. */
const methods: Record<Deployment, string> = {
  auth: 'finflow.auth.v1.AuthService/GetMe',
  payments: 'finflow.payments.v1.PaymentService/GetPayment',
  accounting: 'finflow.accounting.v1.LedgerService/GetTrialBalance',
  analytics: 'finflow.analytics.v1.DashboardService/GetDashboard',
};

/** A database of the run's server for one service alone, as an operator would prepare it. */
async function newDatabase(service: Deployment): Promise<{ url: string; ownerUrl: string; drop(): Promise<void> }> {
  const server = new URL(process.env[TEST_SERVER_VARIABLE]!);
  const name = `standalone_${service}_${randomBytes(4).toString('hex')}`;
  const [owner, user] = [`${service}_owner`, `${service}_service`];
  await asSuperuser(async (client) => {
    // Other test files use these roles of the same server too, so they keep the password they have there.
    for (const role of [owner, user]) await ensureRole(client, role, server.password);
    await ensureDatabase(client, { name, owner, users: [user] });
  });
  const as = (role: string) => Object.assign(new URL(server), { username: role, pathname: `/${name}` }).href;
  return {
    url: as(user),
    ownerUrl: as(owner),
    drop: () => asSuperuser(async (client) => void (await client.query(`drop database ${name} with (force)`))),
  };
}

describe.each(deployments)('%s, started alone', (service) => {
  const main = `services/${service}/src/main.ts`;
  let database: Awaited<ReturnType<typeof newDatabase>>;
  let environment: Record<string, string>;
  let program: Program;
  let ports: { httpPort: number; grpcPort: number };

  beforeAll(async () => {
    database = await newDatabase(service);
    environment = {
      ...own[service],
      HOST: '127.0.0.1',
      HTTP_PORT: '0',
      GRPC_PORT: '0',
      DATABASE_URL: database.url,
      JWKS_URL: 'http://127.0.0.1:9/.well-known/jwks.json',
    };
  });
  afterAll(async () => {
    await program?.terminate();
    await database?.drop();
  });

  test('stops at once where it cannot run, saying why', async () => {
    const { DATABASE_URL: _, ...without } = environment;
    const misconfigured = new Program(main, [], { ...without, HTTP_PORT: 'web' });
    const tooEarly = new Program(main, [], environment);
    expect([await misconfigured.ended(), await tooEarly.ended()]).toEqual([1, 1]);
    expect(misconfigured.stderr).toMatch(/DATABASE_URL: is required/);
    expect(misconfigured.stderr).toMatch(/HTTP_PORT: must be a whole number/);
    expect(tooEarly.stdout).toMatch(/migrat/);
  });

  test('migrates once', async () => {
    const migrate = () =>
      new Program(`services/${service}/src/migrate.ts`, [], { DATABASE_OWNER_URL: database.ownerUrl });
    const first = migrate();
    expect([await first.ended(), first.stdout]).toEqual([0, expect.stringMatching(/^Applied/)]);
    const second = migrate();
    expect([await second.ended(), second.stdout]).toEqual([0, expect.stringMatching(/current/)]);
  });

  test('is live, ready and healthy', async () => {
    program = new Program(main, [], environment);
    ports = await eventually(async () => startedPorts(program));
    const status = async (path: string) => (await fetch(`http://127.0.0.1:${ports.httpPort}${path}`)).status;
    await eventually(async () => expect([await status('/healthz'), await status('/readyz')]).toEqual([200, 200]));
    const health = grpcClient(Health, `127.0.0.1:${ports.grpcPort}`);
    expect((await health.check({})).status).toBe(Status.SERVING);
    health.close();
  });

  test('SIGTERM: answers the request in hand, then exits with 0', async () => {
    const socket = connect(ports.httpPort, '127.0.0.1');
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    const head = ['content-type: application/json', 'content-length: 2', 'expect: 100-continue'];
    socket.write(`POST /${methods[service]} HTTP/1.1\r\nhost: localhost\r\n${head.join('\r\n')}\r\n\r\n{`);
    // The interim answer says that the request has reached the server.
    await eventually(async () => expect(answer).toMatch(/^HTTP\/1\.1 100 /));

    const exit = program.terminate();
    await eventually(async () => expect(program.stdout).toContain('"stopping"'));
    const closed = once(socket, 'close');
    socket.write('}');
    await closed;
    expect(answer).toMatch(/HTTP\/1\.1 401 [\s\S]*unauthenticated/);
    expect(await exit).toBe(0);
  });
});

/** From the log line that says so. */
function startedPorts(program: Program): { httpPort: number; grpcPort: number } {
  if (!program.running) throw new Error(`It ended:\n${program.stdout}${program.stderr}`);
  const lines = program.stdout.split('\n').filter((line) => line.includes('"started"'));
  if (!lines[0]) throw new Error('It has not started yet.');
  return JSON.parse(lines[0]) as { httpPort: number; grpcPort: number };
}
