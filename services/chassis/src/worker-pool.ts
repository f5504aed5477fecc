import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import { aborted, deadlineExceeded, resourceExhausted } from './errors.ts';

export interface WorkerPoolOptions {
  /** The module the threads load: each task is the name of a function it exports and that function's argument. */
  readonly module: URL;
  /** Most threads at a time; one less than the machine has processors, and at least one, unless given. */
  readonly threads?: number;
  /** Most tasks waiting for a thread; 64 unless given. */
  readonly queue?: number;
  /** How long a task may take, waiting included, in milliseconds; 30 s unless given. */
  readonly timeoutMs?: number;
}

export interface TaskOptions {
  readonly timeoutMs?: number;
  /** Ends the task when its caller goes away; the thread that was at it is replaced. */
  readonly signal?: AbortSignal;
}

/** Threads for work that would hold up the event loop: hashing passwords, fitting forecasts, training. */
export class WorkerPool {
  readonly #pool: Piscina;
  readonly #timeoutMs: number;
  readonly #mostUnfinished: number;
  #unfinished = 0;

  constructor({ module, threads, queue = 64, timeoutMs = 30_000 }: WorkerPoolOptions) {
    const maxThreads = threads ?? Math.max(1, availableParallelism() - 1);
    this.#timeoutMs = timeoutMs;
    this.#mostUnfinished = maxThreads + queue;
    this.#pool = new Piscina({
      filename: fileURLToPath(module),
      minThreads: 0,
      maxThreads,
      idleTimeout: 30_000,
    });
  }

  /**
   * Runs the exported function `name` with `input` on a thread; both ways values are cloned. Throws RESOURCE_EXHAUSTED
   * (WORKERS_BUSY) when the queue is full, DEADLINE_EXCEEDED (WORK_TOO_LONG), ABORTED (WORK_CANCELLED), or a plain Error
   * with the message of what the function threw: classes do not survive the way between threads.
   */
  async run<Output>(name: string, input: unknown, options: TaskOptions = {}): Promise<Output> {
    // Counted here: tasks that can be aborted, as all of ours can, go past the library's own queue limit.
    if (this.#unfinished >= this.#mostUnfinished) {
      throw resourceExhausted('WORKERS_BUSY', 'Too many requests of this kind at once; try again shortly.');
    }
    this.#unfinished += 1;
    const timeout = AbortSignal.timeout(options.timeoutMs ?? this.#timeoutMs);
    const signal = options.signal === undefined ? timeout : AbortSignal.any([timeout, options.signal]);
    try {
      return (await this.#pool.run(input, { name, signal })) as Output;
    } catch (error) {
      if (timeout.aborted) throw deadlineExceeded('WORK_TOO_LONG', 'This took longer than allowed; try less at once.');
      if (options.signal?.aborted) throw aborted('WORK_CANCELLED', 'The work was cancelled.');
      throw error;
    } finally {
      this.#unfinished -= 1;
    }
  }

  /** Ends the threads; tasks not finished fail. */
  async close(): Promise<void> {
    await this.#pool.destroy();
  }
}
