import { expect, test } from '@jest/globals';
import { KeptRunning } from '../../src/processes/keep-running.ts';

/** Something that is started and ends when told. */
class Program {
  starts = 0;
  failures = 0;
  #running: PromiseWithResolvers<string> | undefined;
  #started = Promise.withResolvers<void>();

  readonly kept: KeptRunning;
  readonly told: string[] = [];

  constructor() {
    this.kept = new KeptRunning({
      start: async () => {
        this.starts += 1;
        if (this.failures > 0) {
          this.failures -= 1;
          throw new Error('no room\nand more of it');
        }
        this.#running = Promise.withResolvers<string>();
        this.#started.resolve();
      },
      ended: () => this.#running?.promise ?? Promise.resolve(''),
      onEnd: (how) => this.told.push(how),
    });
  }

  end(how: string): void {
    this.#started = Promise.withResolvers<void>();
    this.#running?.resolve(how);
  }

  async startedAgain(): Promise<void> {
    await this.#started.promise;
  }

  async stop(): Promise<void> {
    await this.kept.stop(async () => this.end('stopped'));
  }
}

test('what ends by itself is started again, and so is what then does not start', async () => {
  const program = new Program();
  await program.kept.start();
  program.failures = 1;
  program.end('was ended by SIGKILL');
  await program.startedAgain();
  expect(program.told).toEqual(['was ended by SIGKILL', 'no room']);
  expect(program.starts).toBe(3);
  await program.stop();
});

test('what is stopped stays so, whether it ran or was about to be started again', async () => {
  const running = new Program();
  await running.kept.start();
  await running.stop();
  const pausing = new Program();
  await pausing.kept.start();
  pausing.end('was ended by SIGKILL');
  await pausing.stop();
  expect([running.starts, running.told, pausing.starts]).toEqual([1, [], 1]);
});

test('what is just being started again when it is stopped is ended once it has', async () => {
  const first = Promise.withResolvers<string>();
  const begun = Promise.withResolvers<void>();
  const held = Promise.withResolvers<void>();
  let starts = 0;
  const kept = new KeptRunning({
    start: async () => {
      starts += 1;
      if (starts === 1) return;
      begun.resolve();
      await held.promise;
    },
    ended: () => first.promise,
  });
  await kept.start();
  first.resolve('was ended by SIGKILL');
  await begun.promise;
  let isRunning = false;
  await kept.stop(async () => {
    isRunning = !isRunning;
    // Asked the first time there is nothing to end: it runs only now.
    held.resolve();
  });
  expect([starts, isRunning]).toEqual([2, false]);
});

test('what cannot start at all is not tried again', async () => {
  const program = new Program();
  program.failures = 1;
  await expect(program.kept.start()).rejects.toThrow('no room');
  await program.stop();
  expect(program.starts).toBe(1);
});
