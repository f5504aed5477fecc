import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { spawnGuarded } from '../src/guarded-process.ts';
import { eventually } from '../src/testing/eventually.ts';

const guarded = resolve(import.meta.dirname, '../src/guarded-process.ts');
const forEver = 'setInterval(() => undefined, 1000)';

/**
 * A process that starts a guarded one, and the number of that: told by the program itself, so that it runs. Stopped
 * while it is still the shell, it would have no watcher yet.
 */
async function parentAndChild(): Promise<{ parent: ChildProcess; childPid: number }> {
  const code = `import { spawnGuarded } from ${JSON.stringify(guarded)};
    const child = spawnGuarded(process.execPath, ['-e', 'console.log(process.pid); ${forEver}'], { env: {}, detached: true });
    child.stdout.pipe(process.stdout);`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(parent.stdout!, 'data');
  return { parent, childPid: Number(String(line)) };
}

/** Signal 0 asks whether there is such a process. */
const runs = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test.each(['SIGKILL', 'SIGTERM'] as const)(
  'a program ends when its parent is ended by %s, even held still',
  async (signal) => {
    const { parent, childPid } = await parentAndChild();
    expect(runs(childPid)).toBe(true);
    process.kill(childPid, 'SIGSTOP');
    parent.kill(signal);
    await eventually(() => expect(runs(childPid)).toBe(false));
  },
);

test('a program has the environment it is given and no other, and says how it ended', async () => {
  const code = 'process.stdout.write(JSON.stringify(process.env)); process.exit(7)';
  const child = spawnGuarded(process.execPath, ['-e', code], { env: { OWN: 'yes' } });
  let output = '';
  child.stdout?.on('data', (chunk) => {
    output += chunk;
  });
  expect(await once(child, 'close')).toEqual([7, null]);
  expect(JSON.parse(output)).toMatchObject({ OWN: 'yes' });
  expect(JSON.parse(output)).not.toHaveProperty('HOME');
});

test('a signal reaches the program itself', async () => {
  const child = spawnGuarded(process.execPath, ['-e', `console.log(1); ${forEver}`], { env: {} });
  await once(child.stdout!, 'data');
  child.kill('SIGTERM');
  expect(await once(child, 'close')).toEqual([null, 'SIGTERM']);
});
