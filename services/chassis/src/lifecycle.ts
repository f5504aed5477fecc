import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from './logger.ts';
import { sentenceFor } from './program.ts';

/** What can be run: everything a service is, behind two functions. */
export interface Runnable {
  start(): Promise<unknown>;
  stop(): Promise<void>;
}

export interface RunOptions {
  readonly logger: Logger;
  /** How long the service answers what is in flight when it stops, in milliseconds; 15 s unless given. */
  readonly drainMs?: number;
  /** After this long a stop that does not end is given up, in milliseconds; 15 s after the drain unless given. */
  readonly stopWithinMs?: number;
  /** Ends the process; replaced in tests. */
  readonly exit?: (code: number) => void;
}

/** For jobs, consumers and the relay, once the last request is answered. A pod's grace period counts on it. */
const STOP_AFTER_DRAIN_MS = 15_000;

/** For what is buffered to get out when a start failed: nobody waits for an answer, and a restart for its end. */
const LAST_WORDS_MS = 5_000;

const exitHooks: (() => Promise<unknown>)[] = [];

/**
 * Runs `hook` when the process ends, after its service has stopped or could not start: what is buffered gets out. Not
 * after an error nobody caught, which ends it at once.
 */
export function atExit(hook: () => Promise<unknown>): void {
  exitHooks.push(hook);
}

async function runExitHooks(): Promise<void> {
  await Promise.allSettled(exitHooks.map((hook) => hook()));
}

/**
 * Starts a service as this process: SIGTERM or SIGINT stops it (exit 0), a second signal ends the process at once, and
 * an error nobody caught, or a start that fails, is logged and ends it with 1. Resolves once the service has started.
 */
export async function runService(service: Runnable, options: RunOptions): Promise<void> {
  const { logger, drainMs = 15_000, exit = (code: number) => process.exit(code) } = options;
  const { stopWithinMs = drainMs + STOP_AFTER_DRAIN_MS } = options;
  let stopping = false;

  const stop = async (cause: string, exitCode: number) => {
    if (stopping) {
      logger.warn({ cause }, 'stopping at once');
      exit(exitCode || 1);
      return;
    }
    stopping = true;
    logger.info({ cause }, 'stopping');
    const timer = setTimeout(() => {
      logger.error({ stopWithinMs }, 'stopping took too long');
      exit(1);
    }, stopWithinMs);
    let code = exitCode;
    try {
      await service.stop();
      logger.info('stopped');
    } catch (error) {
      logger.error({ err: error }, 'stopping failed');
      code = 1;
    }
    await runExitHooks();
    clearTimeout(timer);
    exit(code);
  };

  const crash = (error: unknown) => {
    logger.fatal({ err: error }, 'uncaught error');
    // The process is in an unknown state: requests in flight are safer lost than answered wrongly.
    exit(1);
  };
  process.on('SIGTERM', () => void stop('SIGTERM', 0));
  process.on('SIGINT', () => void stop('SIGINT', 0));
  process.on('uncaughtException', crash);
  process.on('unhandledRejection', crash);

  try {
    const started = await service.start();
    logger.info({ ...(started as object) }, 'started');
  } catch (error) {
    const sentence = sentenceFor(error);
    if (sentence === undefined) logger.fatal({ err: error }, 'could not start');
    else logger.fatal(`could not start: ${sentence}`);
    await Promise.race([runExitHooks(), delay(Math.min(stopWithinMs, LAST_WORDS_MS))]);
    exit(1);
  }
}

export interface PeriodicJob {
  start(): void;
  /** Resolves when a run in progress has ended. */
  stop(): Promise<void>;
}

export interface PeriodicJobOptions {
  readonly name: string;
  /** From the end of one run to the start of the next. */
  readonly intervalMs: number;
  readonly run: (signal: AbortSignal) => Promise<unknown>;
  readonly logger: Logger;
}

/** A job that runs again and again, never twice at a time. A run that fails is logged, and the next one comes. */
export function every({ name, intervalMs, run, logger }: PeriodicJobOptions): PeriodicJob {
  let abort = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  let started = false;

  const turn = async () => {
    try {
      await run(abort.signal);
    } catch (error) {
      if (!abort.signal.aborted) logger.error({ err: error, job: name }, 'job failed');
    }
    if (!abort.signal.aborted) schedule();
  };
  const schedule = () => {
    timer = setTimeout(() => {
      running = turn();
    }, intervalMs);
    // Waiting for its next run is no reason for a process to live.
    timer.unref();
  };
  return {
    start() {
      if (started) return;
      started = true;
      abort = new AbortController();
      running = turn();
    },
    async stop() {
      started = false;
      abort.abort();
      clearTimeout(timer);
      await running;
    },
  };
}
