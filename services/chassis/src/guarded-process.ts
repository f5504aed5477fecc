import { type ChildProcess, spawn } from 'node:child_process';

// The shell becomes the program, and leaves a watcher behind that reads our pipe: at its end, which comes when this
// process dies, however it dies, the watcher kills the program, even one that is stopped. A line says that it may go.
const GUARD = 'exec 3<&0; (read -r _ <&3 || kill -9 $$) >/dev/null 2>&1 & exec "$@" 3<&- </dev/null';

export interface GuardedOptions {
  /** All that the program finds in its environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Apart from the terminal, whose Ctrl-C then reaches us alone, so that we decide what ends when. */
  readonly detached?: boolean;
}

/** Starts a program that never outlives this process, even when it is killed; its output comes through pipes. */
export function spawnGuarded(
  program: string,
  args: readonly string[],
  { env, detached = false }: GuardedOptions,
): ChildProcess {
  const child = spawn('/bin/sh', ['-c', GUARD, 'sh', program, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env,
    detached,
  });
  // The watcher may be gone before us.
  child.stdin?.on('error', () => undefined);
  // By now the program's number may be another's.
  child.once('exit', () => child.stdin?.end('\n'));
  return child;
}
