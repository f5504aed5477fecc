import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { TestDatabase } from '../src/testing/postgres.ts';
import { chassisDatabase } from './schema.ts';

const run = promisify(execFile);
const path = (file: string) => JSON.stringify(fileURLToPath(new URL(file, import.meta.url)));

let db: TestDatabase;

beforeAll(async () => {
  db = await chassisDatabase();
});

afterAll(async () => {
  await db?.drop();
});

/** What a program says that asks this database something. */
async function said(url: string): Promise<{ code: number; stderr: string }> {
  const program = `
    const { Database } = await import(${path('../src/database/database.ts')});
    const { runProgram } = await import(${path('../src/program.ts')});
    await runProgram(async () => {
      const database = new Database({ url: ${JSON.stringify(url)} });
      await database.connect();
      await database.ping();
    });`;
  return await run(process.execPath, ['--input-type=module', '--eval', program]).catch((error) => error);
}

test.each([
  ['a password that is wrong', { password: 'wrong' }, '28P01'],
  ['a database that is not there', { pathname: '/nowhere' }, '3D000'],
])('%s is told in a sentence, without where our code found out', async (_name, change, state) => {
  const url = Object.assign(new URL(db.url), change);
  const { code, stderr } = await said(url.href);
  expect(code).toBe(1);
  expect(stderr).toBe(
    `The database at ${url.host} refuses the role, the password or the name of the database (${state}): correct its URL.\n`,
  );
});
