import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, chmod, mkdir, mkdtemp, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { serverAccount, serverBinaries } from '../../src/database/embedded-binaries.ts';
import { explain } from '../../src/database/embedded-error.ts';
import { EmbeddedServer } from '../../src/database/embedded-server.ts';
import { eventually } from '../../src/testing/eventually.ts';

const SMALL = { shared_buffers: '16MB', max_connections: 20 };

let folder: string;
let dataDir: string;
const servers: EmbeddedServer[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'finflow-server-'));
  await chmod(folder, 0o755);
  dataDir = join(folder, 'postgres');
});

afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
  await rm(folder, { recursive: true, force: true });
});

async function started(options: { dataDir?: string; durable?: boolean; port?: number } = {}): Promise<EmbeddedServer> {
  const server = new EmbeddedServer({ dataDir, durable: false, settings: SMALL, ...options });
  servers.push(server);
  await server.start();
  return server;
}

/** Another process that starts the server of this folder, says so, and stays. */
async function inAnotherProcess(): Promise<{ kill(): Promise<void> }> {
  const module = new URL('../../src/database/embedded-server.ts', import.meta.url).href;
  const script = `
    const { EmbeddedServer } = await import(${JSON.stringify(module)});
    const server = new EmbeddedServer({ dataDir: ${JSON.stringify(dataDir)}, durable: false, settings: ${JSON.stringify(SMALL)} });
    await server.start();
    await server.asSuperuser((client) => client.query('create table if not exists kept (id int); insert into kept values (1)'));
    console.log('started');
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return {
    kill: async () => {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

const untilStopped = (): Promise<void> =>
  eventually(() => expect(access(join(dataDir, 'postmaster.pid'))).rejects.toThrow(/ENOENT/));

const kept = (server: EmbeddedServer): Promise<number | null> =>
  server.asSuperuser(async (client) => (await client.query('select from kept')).rowCount);

describe('embedded PostgreSQL', () => {
  test('keeps its data over a stop and a start, and makes its folder once', async () => {
    const first = await started();
    await first.asSuperuser((client) => client.query('create table kept (id int); insert into kept values (1)'));
    const made = (await stat(join(dataDir, 'PG_VERSION'))).mtimeMs;
    await first.stop();
    const second = await started();
    expect(await kept(second)).toBe(1);
    expect((await stat(join(dataDir, 'PG_VERSION'))).mtimeMs).toBe(made);
  });

  test('lets nobody in without a password, and keeps the password where only its owner reads it', async () => {
    const server = await started();
    const guess = new pg.Client({ connectionString: server.url('postgres', 'postgres', 'postgres') });
    await expect(guess.connect()).rejects.toThrow(/password authentication failed/);
    expect((await stat(join(dataDir, 'finflow-superuser-password'))).mode & 0o777).toBe(0o600);
    const { rows } = await server.asSuperuser((client) =>
      client.query(
        "select name, setting from pg_settings where name in ('listen_addresses', 'unix_socket_directories') order by 1",
      ),
    );
    expect(rows.map(({ setting }) => setting)).toEqual(['127.0.0.1', '']);
  });

  test('makes roles and databases that keep to themselves', async () => {
    const server = await started();
    for (const role of ['one_owner', 'one_service', 'two_owner']) await server.ensureRole(role, 'secret');
    expect(await server.ensureDatabase({ name: 'one', owner: 'one_owner', users: ['one_service'] })).toBe(true);
    expect(await server.ensureDatabase({ name: 'one', owner: 'one_owner' })).toBe(false);
    const connect = async (role: string): Promise<void> => {
      const client = new pg.Client({ connectionString: server.url(role, 'secret', 'one') });
      await client.connect().finally(() => client.end());
    };
    await connect('one_service');
    await expect(connect('two_owner')).rejects.toThrow(/permission denied/);
  });

  test('stops by itself when the process that started it is killed', async () => {
    const other = await inAnotherProcess();
    await other.kill();
    await untilStopped();
    expect(await kept(await started())).toBe(1);
  });

  test('starts anew over a server that nobody owns any more', async () => {
    const server = await started({ durable: true });
    await server.asSuperuser((client) => client.query('create table kept (id int); insert into kept values (1)'));
    await server.stop();
    const orphan = await startUnowned();
    expect(await kept(await started({ durable: true }))).toBe(1);
    expect(orphan.exitCode).toBe(0);
  });

  test('starts after the server itself was killed, whatever its pid file names now', async () => {
    const server = await started();
    await server.asSuperuser((client) => client.query('create table kept (id int); insert into kept values (1)'));
    await server.stop();
    await writeFile(join(dataDir, 'postmaster.pid'), `${process.pid}\n${dataDir}\n1\n5432\n\n127.0.0.1\n`);
    expect(await kept(await started())).toBe(1);
  });

  test('refuses a folder that a running process uses', async () => {
    const other = await inAnotherProcess();
    await expect(started()).rejects.toMatchObject({ reason: 'DATA_IN_USE' });
    await other.kill();
    await untilStopped();
  });

  test('refuses a folder of another major version, and leaves it as it is', async () => {
    await mkdir(dataDir);
    await writeFile(join(dataDir, 'PG_VERSION'), '99\n');
    await expect(started()).rejects.toMatchObject({
      reason: 'DATA_OF_OTHER_VERSION',
      message: expect.stringContaining('99'),
    });
    expect(await readFile(join(dataDir, 'PG_VERSION'), 'utf8')).toBe('99\n');
  });

  test('says when the port is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };
    await expect(started({ port })).rejects.toMatchObject({
      reason: 'PORT_IN_USE',
      message: expect.stringContaining(`${port}`),
    });
    taken.close();
  });

  test('runs below a folder that others cannot enter', async () => {
    const closed = join(folder, 'closed');
    await mkdir(closed, { mode: 0o700 });
    const server = await started({ dataDir: join(closed, 'postgres') });
    const { rows } = await server.asSuperuser((client) => client.query('select 1 as one'));
    expect(rows).toEqual([{ one: 1 }]);
    // Root runs it under another account, which needs a place it can reach; the link says where that is.
    const linked = await readlink(join(closed, 'postgres')).catch(() => undefined);
    expect(linked).toBe(userInfo().uid === 0 ? server.dataDir : undefined);
    await server.stop();
    if (linked) await rm(linked, { recursive: true });
  });
});

describe('explain', () => {
  test('says what a person can do something about', () => {
    const full = 'FATAL:  could not write lock file "postmaster.pid": No space left on device';
    expect(explain(full, '/data')).toMatchObject({ reason: 'DISK_FULL', message: 'The disk holding /data is full.' });
    const other = 'LOG:  one\nFATAL:  invalid value for parameter "shared_buffers": "x"\n';
    expect(explain(other, '/data').message).toContain('invalid value for parameter "shared_buffers"');
  });
});

/** The server as it is after its owner and the watcher were killed: running, and owned by nobody. */
async function startUnowned(): Promise<ChildProcess> {
  const account = await serverAccount();
  const { postgres } = await serverBinaries(account);
  const port = await new Promise<number>((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address() as { port: number };
      probe.close(() => resolve(address.port));
    });
  });
  const settings = ['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='];
  const options: SpawnOptions = { ...account, cwd: '/', stdio: ['ignore', 'ignore', 'pipe'] };
  const child = spawn(postgres, ['-D', dataDir, '-p', String(port), ...settings], options);
  for await (const line of child.stderr ?? []) if (String(line).includes('ready to accept connections')) break;
  return child;
}
