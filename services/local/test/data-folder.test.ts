import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { assertReadable, openDataFolder } from '../src/data-folder.ts';
import { StartError } from '../src/options.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'finflow-data-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('a folder of somebody else is refused, one that a first start left unfinished is not', async () => {
  await mkdir(join(folder, 'postgres'));
  await writeFile(join(folder, 'secrets.json.12.tmp'), '');
  await assertReadable(folder);
  await writeFile(join(folder, 'thesis.txt'), 'x');
  await expect(assertReadable(folder)).rejects.toThrow(
    `${folder} holds other files than FinFlow's, such as thesis.txt: choose an empty or a new folder with --data.`,
  );
  await openDataFolder(folder);
  await assertReadable(folder);
});

test('a folder keeps its secrets and its state from one start to the next', async () => {
  await assertReadable(folder);
  const first = await openDataFolder(folder);
  await first.saveState({ ...first.state, demoFinished: true });
  await assertReadable(folder);
  const second = await openDataFolder(folder);
  expect(second.secrets).toEqual(first.secrets);
  expect(second.state).toEqual({ ...first.state, demoFinished: true });
});

test.each([
  ['state.json', ''],
  ['state.json', '{"dataVersion":'],
  ['state.json', 'null'],
  ['state.json', '{"dataVersion":"1"}'],
  ['secrets.json', '{"databasePassword":"x"'],
  ['secrets.json', '[]'],
  ['secrets.json', '{"databasePassword":"x"}'],
])('a %s that holds %j is said to be damaged before anything starts, in a sentence', async (name, text) => {
  await openDataFolder(folder);
  const file = join(folder, name);
  await writeFile(file, text);
  const failure: unknown = await assertReadable(folder).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(StartError);
  expect((failure as StartError).message).toBe(
    `${file} is damaged: put it back from a backup, or choose another folder with --data.`,
  );
});
