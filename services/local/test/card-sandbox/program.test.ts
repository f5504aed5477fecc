import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';

const program = fileURLToPath(new URL('../../src/card-sandbox/main.ts', import.meta.url));

async function run(...args: string[]): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, output };
}

test.each([
  ['no database', [], 2, /^--database-url is required: .*\n$/],
  ['an option it does not know', ['--colour', 'red'], 2, /^Unknown option '--colour'.*\n$/],
  ['a port that is none', ['--port', 'x'], 2, /^--port must be a whole number from 0 to 65535, not 'x'.\n$/],
  [
    'a database that is not there',
    ['--database-url', 'postgresql://x@127.0.0.1:1/x'],
    1,
    /^The database cannot be reached .*\n$/,
  ],
])('the sandbox, given %s, says so in a sentence', async (_what, args, code, sentence) => {
  expect(await run(...args)).toEqual({ code, output: expect.stringMatching(sentence) });
});
