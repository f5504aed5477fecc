import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeWithData } from '@finflow/chassis/database/embedded-data-dir';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '../src/eventually.ts';
import { freePortRange, Platform } from '../src/platform.ts';
import { Program } from '../src/program.ts';
import { Session } from '../src/session.ts';
import { type SmallDisk, smallDisk } from '../src/small-disk.ts';
import { describeOverKafka } from '../src/ways.ts';

const main = 'services/local/src/main.ts';
const probe = await smallDisk(1);
await probe?.remove();

let platform: Platform;
let folder: string;

beforeAll(async () => {
  platform = await Platform.start();
}, 60_000);
afterAll(async () => {
  await platform?.stop();
}, 60_000);
afterEach(async () => {
  if (folder) await removeWithData(folder);
});

/** What a person sees of a start that fails: its last line, its exit code, and that nothing of our insides shows. */
async function failedStart(...args: string[]): Promise<{ exitCode: number; lastLine: string }> {
  const program = new Program(main, args);
  const exitCode = await program.ended();
  expect(program.stdout).not.toContain('FinFlow is ready');
  expect(program.stdout + program.stderr).not.toMatch(/^\s+at .+:\d+:\d+\)?$/m);
  return { exitCode, lastLine: program.stderr.trim() };
}

async function emptyFolder(): Promise<string> {
  folder = await mkdtemp(join(tmpdir(), 'finflow-start-'));
  return folder;
}

async function listening(port = 0): Promise<Server> {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

describe('a port in use', () => {
  test('the web port', async () => {
    const taken = await listening();
    const { port } = taken.address() as AddressInfo;
    const { exitCode, lastLine } = await failedStart(
      '--port',
      String(port % 64_000 || 1),
      '--data',
      await emptyFolder(),
    );
    taken.close();
    expect(exitCode).toBe(1);
    expect(lastLine).toMatch(/^Port \d+ is in use: stop the program that listens there, or choose another with --port/);
    expect(await readdir(folder)).toEqual([]);
  });

  test("a service's port", async () => {
    const port = await freePortRange();
    const taken = await listening(port + 1102);
    const { exitCode, lastLine } = await failedStart('--port', String(port), '--data', await emptyFolder());
    taken.close();
    expect([exitCode, lastLine]).toEqual([1, expect.stringMatching(`^Port ${port + 1102} is in use: .*accounting`)]);
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('over Kafka', () => {
  test('a machine without Java is told what to install, before anything is made', async () => {
    const args = ['--kafka', '--port', String(await freePortRange()), '--data', await emptyFolder()];
    const program = new Program(main, args, { PATH: '/nowhere' });
    expect(await program.ended()).toBe(1);
    expect(program.stderr.trim()).toMatch(
      /^--kafka needs Java 17 or newer( and Maven 3)? on the PATH\. `apt-get install .+without --kafka needs neither\.$/,
    );
    expect([program.stdout, await readdir(folder)]).toEqual(['', []]);
  });
});

describeOverKafka('over Kafka, a port in use', () => {
  test("the schema registry's", async () => {
    const port = await freePortRange();
    const taken = await listening(port + 1302);
    const { exitCode, lastLine } = await failedStart('--kafka', '--port', String(port), '--data', await emptyFolder());
    taken.close();
    expect([exitCode, lastLine]).toEqual([
      1,
      expect.stringMatching(`^Port ${port + 1302} is in use: the schema registry`),
    ]);
    expect(await readdir(folder)).toEqual([]);
  });
});

describeOverKafka('over Kafka, a data folder in use', () => {
  test('by a running instance, of whose Kafka nothing is touched', async () => {
    const port = String(await freePortRange());
    const { lastLine } = await failedStart('--kafka', '--port', port, '--data', platform.dataDir);
    expect(lastLine).toMatch(/^FinFlow is already running in /);
    expect(existsSync(join(platform.dataDir, 'kafka'))).toBe(false);
  });
});

describe('a data folder that cannot be used', () => {
  test('in use by a running instance, which goes on undisturbed', async () => {
    const port = String(await freePortRange());
    const { exitCode, lastLine } = await failedStart('--port', port, '--data', platform.dataDir);
    expect(exitCode).toBe(1);
    expect(lastLine).toBe(
      `FinFlow is already running in ${platform.dataDir}: stop it, or choose another folder with --data.`,
    );
    expect((await Session.register(platform.url, 'Undisturbed')).token).not.toBe('');
  });

  test('written by a newer version, and left as it is', async () => {
    const state = JSON.stringify({ dataVersion: 1_000 });
    await writeFile(join(await emptyFolder(), 'state.json'), state);
    const { exitCode, lastLine } = await failedStart('--port', String(await freePortRange()), '--data', folder);
    expect([exitCode, lastLine]).toEqual([1, expect.stringMatching(/was written by a newer FinFlow: update FinFlow/)]);
    expect(await readdir(folder)).toEqual(['state.json']);
    expect(await readFile(join(folder, 'state.json'), 'utf8')).toBe(state);
  });

  test('a file', async () => {
    const file = join(await emptyFolder(), 'file');
    await writeFile(file, 'mine');
    const { exitCode, lastLine } = await failedStart('--port', String(await freePortRange()), '--data', file);
    expect([exitCode, lastLine]).toEqual([1, `${file} is not a folder: choose another with --data.`]);
    expect(await readFile(file, 'utf8')).toBe('mine');
  });
});

// Below /proc nothing can be made, and asking Node to make folders above one there never ends.
(existsSync('/proc/self') ? test : test.skip)(
  'a data folder where the system makes none',
  async () => {
    const { exitCode, lastLine } = await failedStart(
      '--port',
      String(await freePortRange()),
      '--data',
      '/proc/no/such',
    );
    expect([exitCode, lastLine]).toEqual([1, '/proc/no cannot be used (ENOENT): choose another folder with --data.']);
  },
  30_000,
);

test('a command line that is not understood', async () => {
  const started = [['--colour'], ['there'], ['--port', 'web'], ['--port', '0'], ['--port', '99999']];
  const failed = await Promise.all(started.map((args) => failedStart(...args)));
  expect(failed.map(({ exitCode }) => exitCode)).toEqual(started.map(() => 2));
  expect(failed.map(({ lastLine }) => lastLine)).toEqual([
    expect.stringMatching(/^Unknown option '--colour'\.\nUsage: npm start/),
    expect.stringMatching(/^Unexpected argument 'there'\.[^\n]*\nUsage: npm start/),
    "--port must be a whole number from 1 to 64000, not 'web'.",
    "--port must be a whole number from 1 to 64000, not '0'.",
    "--port must be a whole number from 1 to 64000, not '99999'.",
  ]);
});

test('stopped while it still makes the demo company, by a signal that comes twice, it ends in good order and says nothing of it', async () => {
  const port = String(await freePortRange());
  const program = new Program(main, ['--port', port, '--data', await emptyFolder()]);
  await eventually(async () => expect(program.stdout).toMatch(/demo company: [1-9]\d? %/), 60_000);
  expect(await Promise.all([program.terminate(), program.terminate()])).toEqual([0, 0]);
  expect(program.stdout).toMatch(/demo company: \d\d %\n$/);
  expect(program.stderr).toBe('');
}, 90_000);

// Only root may mount a disk that is small enough to fill.
(probe ? describe : describe.skip)('a full disk', () => {
  let disk: SmallDisk;
  afterEach(async () => {
    await disk.remove();
  });

  test('at the first start', async () => {
    disk = (await smallDisk(24))!;
    const data = join(disk.path, 'data');
    const { exitCode, lastLine } = await failedStart('--port', String(await freePortRange()), '--data', data);
    expect(exitCode).toBe(1);
    expect(lastLine).toBe(`The disk that holds ${data} is full: make room, or choose another folder with --data.`);
  }, 60_000);

  test('at a later one; with room again, nothing is lost', async () => {
    disk = (await smallDisk(400))!;
    const running = await Platform.start({ dataDir: join(disk.path, 'data') });
    const session = await Session.register(running.url, 'Survivor');
    await running.stop();
    const filler = join(disk.path, 'filler');
    await fillDisk(filler);

    const { exitCode, lastLine } = await failedStart('--port', String(running.port), '--data', running.dataDir);
    expect([exitCode, lastLine]).toEqual([1, expect.stringMatching(/^The disk .*full: make room/)]);

    await rm(filler);
    await running.restart();
    await session.signIn();
    await running.stop();
  }, 120_000);
});

async function fillDisk(path: string): Promise<void> {
  const file = await open(path, 'w');
  for (let bytes = 1_048_576; bytes >= 1; ) {
    await file.write(Buffer.alloc(bytes)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOSPC') throw error;
      bytes = Math.floor(bytes / 2);
    });
  }
  await file.close();
}
