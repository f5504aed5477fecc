import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openDataFolder } from '../src/data-folder.ts';
import { runningPlatform } from '../src/running-platform.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'finflow-running-'));
  const { state, saveState } = await openDataFolder(folder);
  await saveState({ ...state, host: '::1', port: 3000 });
  await mkdir(join(folder, 'postgres'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function postmasterIs(pid: number): Promise<void> {
  await writeFile(join(folder, 'postgres/postmaster.pid'), `${pid}\n${folder}/postgres\n0\n5432\n`);
}

test('a running platform is reached where it was told to listen', async () => {
  // Known by its command line, as a database server is.
  const server = spawn('sh', ['-c', 'read line', 'sh', '-D', join(folder, 'postgres'), '-p']);
  await postmasterIs(server.pid ?? 0);
  const { databaseUrl, grpcAddress } = await runningPlatform(folder);
  expect(databaseUrl('auth')).toMatch(/^postgresql:\/\/auth_service:.+@127\.0\.0\.1:5432\/auth$/);
  expect(grpcAddress('accounting')).toBe('[::1]:4102');
  server.stdin.end();
  await once(server, 'exit');
});

test('what a power cut left behind is no running platform, whoever has the number of its process by now', async () => {
  // This very process, which is no database server.
  await postmasterIs(process.pid);
  await expect(runningPlatform(folder)).rejects.toThrow(
    `FinFlow does not run in ${folder}: start it with \`npm start\`, or name its folder with --data.`,
  );
});
