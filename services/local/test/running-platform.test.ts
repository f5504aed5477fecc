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
  await saveState({ ...state, host: '127.0.0.1', port: 3000 });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('what a power cut left behind is no running platform, whoever has the number of its process by now', async () => {
  await mkdir(join(folder, 'postgres'));
  // This very process, which is no database server.
  await writeFile(join(folder, 'postgres/postmaster.pid'), `${process.pid}\n${folder}/postgres\n0\n5432\n`);
  await expect(runningPlatform(folder)).rejects.toThrow(
    `FinFlow does not run in ${folder}: start it with \`npm start\`, or name its folder with --data.`,
  );
});
