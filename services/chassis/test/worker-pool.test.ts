import { afterAll, describe, expect, test } from '@jest/globals';
import { WorkerPool } from '../src/worker-pool.ts';

const module = new URL('./fixtures/work.ts', import.meta.url);
const pool = new WorkerPool({ module, threads: 1, queue: 1 });
afterAll(() => pool.close());

async function reasonOf(running: Promise<unknown>): Promise<string | undefined> {
  return running.then(
    () => 'it finished',
    (error) => error.reason ?? error.message,
  );
}

describe('WorkerPool', () => {
  test('runs a function on another thread', async () => {
    const { sum, thread } = await pool.run<{ sum: number; thread: number }>('add', [1, 2, 3]);
    expect(sum).toBe(6);
    expect(thread).toBeGreaterThan(0);
  });

  test('leaves the event loop free meanwhile', async () => {
    let turns = 0;
    const ticking = setInterval(() => {
      turns += 1;
    }, 5);
    await pool.run('spin', 200);
    clearInterval(ticking);
    expect(turns).toBeGreaterThan(5);
  });

  test('passes on what the function throws', async () => {
    expect(await reasonOf(pool.run('fail', 'bad series'))).toBe('bad series');
  });

  test('ends work that takes too long, even when it never yields, and goes on with the next', async () => {
    expect(await reasonOf(pool.run('spin', 60_000, { timeoutMs: 100 }))).toBe('WORK_TOO_LONG');
    expect((await pool.run<{ sum: number }>('add', [1])).sum).toBe(1);
  });

  test('ends work whose caller went away', async () => {
    const leaving = new AbortController();
    const running = reasonOf(pool.run('spin', 60_000, { signal: leaving.signal }));
    setTimeout(() => leaving.abort(), 50);
    expect(await running).toBe('WORK_CANCELLED');
  });

  test('refuses more than its queue holds', async () => {
    const leaving = new AbortController();
    const options = { signal: leaving.signal };
    const runs = [pool.run('spin', 60_000, options), pool.run('add', [1], options), pool.run('add', [1], options)];
    const outcomes = Promise.all(runs.map(reasonOf));
    expect(await reasonOf(runs[2] as Promise<unknown>)).toBe('WORKERS_BUSY');
    leaving.abort();
    expect(await outcomes).toEqual(['WORK_CANCELLED', 'WORK_CANCELLED', 'WORKERS_BUSY']);
  });
});
