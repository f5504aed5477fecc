import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { UsageError } from '@finflow/chassis/commands/usage-error';
import { ConfigError } from '@finflow/chassis/config';
import { EmbeddedKafkaError } from '@finflow/chassis/events/kafka/embedded/java';
import { OperatorError } from '@finflow/chassis/operator-error';
import { parseOptions, StartError, usage } from './options.ts';
import { terminalProgress } from './progress.ts';
import type { StartRun } from './start.ts';

/** One wish to stop may arrive several times: from npm, and from whoever signals the whole process group. */
const SAME_WISH_MS = 1_000;

const repository = resolve(import.meta.dirname, '../../..');

/** One sentence for what a person can mend; anything else is a fault of ours and shows where. */
function explain(error: unknown): string {
  const forPeople = [StartError, ConfigError, OperatorError, EmbeddedKafkaError];
  if (error instanceof Error && forPeople.some((kind) => error instanceof kind)) return error.message;
  const { code, syscall, path } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC') return 'The disk is full: make room, or choose another folder with --data.';
  // The system refused a file or folder; everything written before the first request lies in the data folder.
  if (code && syscall && path) return `${path} cannot be used (${code}): choose another folder with --data.`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** Gives the exit code. */
async function main(): Promise<number> {
  const stopping = new AbortController();
  let askedAtMs = 0;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (!stopping.signal.aborted) askedAtMs = performance.now();
      // Asked twice, a person means now.
      else if (performance.now() - askedAtMs > SAME_WISH_MS) process.exit(1);
      stopping.abort();
    });
  }
  const stops: StartRun['stops'] = [];
  const progress = terminalProgress(process.stdout);
  let exitCode = 0;
  try {
    const options = parseOptions(process.argv.slice(2), join(repository, '.finflow'));
    if (options === 'help') {
      process.stdout.write(`${usage}\n`);
      return 0;
    }
    const stopped = once(stopping.signal, 'abort');
    // Only now: it brings all four services, and a slip is told at once.
    const { start } = await import('./start.ts');
    await start({ options, stops, stopping: stopping.signal, progress });
    await stopped;
  } catch (error) {
    progress.giveUp();
    if (!stopping.signal.aborted) {
      process.stderr.write(`\n${explain(error)}\n`);
      exitCode = error instanceof UsageError ? 2 : 1;
    }
  }
  for (const stop of stops.reverse()) {
    await stop().catch((error: unknown) => {
      // After a start that failed, what fails to stop says the same again.
      if (exitCode === 0) process.stderr.write(`\n${explain(error)}\n`);
      exitCode = 1;
    });
  }
  return exitCode;
}

process.exit(await main());
