import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { every } from '../src/lifecycle.ts';
import { createLogger, silentLogger } from '../src/logger.ts';

const program = fileURLToPath(new URL('./fixtures/runnable.ts', import.meta.url));

/** Runs the fixture as a process of its own, since what is tested is how a process ends. */
async function run(behaviour: string, signals: NodeJS.Signals[] = []) {
  const child = spawn(process.execPath, [program, behaviour], { stdio: ['ignore', 'pipe', 'inherit'] });
  const left = [...signals];
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += String(chunk);
    // One signal each time the program says something new that one can wait for.
    if (/"(started|stopping)"\}\n$/.test(output)) {
      const signal = left.shift();
      if (signal !== undefined) child.kill(signal);
    }
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  const messages = output
    .trim()
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line).message as string);
  return { code, messages };
}

describe('runService', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)('%s stops the service, then the process', async (signal) => {
    expect(await run('good', [signal])).toEqual({
      code: 0,
      messages: ['started', 'stopping', 'service stopped', 'stopped', 'exit hook'],
    });
  });

  test('a second signal ends a stop that hangs', async () => {
    const { code, messages } = await run('hangs', ['SIGTERM', 'SIGTERM']);
    expect([code, messages.at(-1)]).toEqual([1, 'stopping at once']);
  });

  test('a stop that hangs ends by itself after its time', async () => {
    const { code, messages } = await run('hangs', ['SIGTERM']);
    expect([code, messages.at(-1)]).toEqual([1, 'stopping took too long']);
  });

  test.each(['fails to start', 'fails to start, and to say so'])('one that %s lets out why', async (behaviour) => {
    expect(await run(behaviour)).toEqual({ code: 1, messages: ['could not start', 'exit hook'] });
  });

  test('a stop that fails lets out why', async () => {
    expect(await run('fails to stop', ['SIGTERM'])).toEqual({
      code: 1,
      messages: ['started', 'stopping', 'stopping failed', 'exit hook'],
    });
  });

  test.each([
    ['throws later', 'uncaught error'],
    ['rejects later', 'uncaught error'],
  ])('one that %s is logged and ends with 1', async (behaviour, message) => {
    const { code, messages } = await run(behaviour);
    expect([code, messages.at(-1)]).toEqual([1, message]);
  });
});

describe('every', () => {
  const until = async (condition: () => boolean) => {
    while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1));
  };

  test('runs at once and again after each run, never two at a time', async () => {
    let running = 0;
    let runs = 0;
    let most = 0;
    const job = every({
      name: 'job',
      intervalMs: 1,
      logger: silentLogger,
      run: async () => {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setTimeout(resolve, 5));
        running -= 1;
        runs += 1;
      },
    });
    job.start();
    job.start();
    await until(() => runs >= 3);
    await job.stop();
    const after = runs;
    expect([most, running]).toEqual([1, 0]);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(runs).toBe(after);
  });

  test('goes on after a failure, which is logged', async () => {
    const lines: string[] = [];
    let runs = 0;
    const job = every({
      name: 'overdue',
      intervalMs: 1,
      logger: createLogger({ service: 'x', destination: { write: (line) => void lines.push(line) } }),
      run: async () => {
        runs += 1;
        if (runs === 1) throw new Error('boom');
      },
    });
    job.start();
    await until(() => runs >= 2);
    await job.stop();
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      message: 'job failed',
      job: 'overdue',
      err: { message: 'boom' },
    });
  });

  test('stop tells a run in progress and waits for it', async () => {
    let ended = false;
    const job = every({
      name: 'job',
      intervalMs: 1,
      logger: silentLogger,
      run: (signal) =>
        new Promise<void>((resolve) => {
          signal.addEventListener('abort', () => {
            ended = true;
            resolve();
          });
        }),
    });
    job.start();
    await job.stop();
    expect(ended).toBe(true);
  });
});
