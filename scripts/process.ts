import { spawn } from 'node:child_process';

export interface Finished {
  readonly exitCode: number;
  /** What it wrote to both streams, in the order it came: for people. */
  readonly output: string;
  /** What it answered, without what it said beside that, such as kubectl's warnings. */
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end and keeps what it wrote; one that cannot be started, or is interrupted by `signal`, rejects. */
export function run(
  command: string,
  args: readonly string[],
  options: { cwd: string; env?: NodeJS.ProcessEnv; signal?: AbortSignal },
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, FORCE_COLOR: '0', ...options.env };
    const child = spawn(command, args, {
      cwd: options.cwd,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(options.signal && { signal: options.signal, killSignal: 'SIGINT' }),
    });
    // Decoded as a whole: a letter of several bytes may come in two chunks.
    const chunks: { readonly from: 'stdout' | 'stderr'; readonly bytes: Buffer }[] = [];
    for (const from of ['stdout', 'stderr'] as const) {
      child[from].on('data', (bytes: Buffer) => chunks.push({ from, bytes }));
    }
    const text = (of: typeof chunks) => Buffer.concat(of.map(({ bytes }) => bytes)).toString('utf8');
    const only = (stream: 'stdout' | 'stderr') => text(chunks.filter(({ from }) => from === stream));
    child.once('error', reject);
    child.once('close', (code) =>
      resolve({ exitCode: code ?? 1, output: text(chunks), stdout: only('stdout'), stderr: only('stderr') }),
    );
  });
}

/** Whether there is such a program, which ends well with these arguments. */
export async function isThere(command: string, args: readonly string[], options: { cwd: string }): Promise<boolean> {
  return await run(command, args, options).then(
    ({ exitCode }) => exitCode === 0,
    () => false,
  );
}

/** Runs a program of node_modules/.bin by the Node that runs us. */
export function runBin(
  name: string,
  args: readonly string[],
  options: { root: string; cwd?: string },
): Promise<Finished> {
  return run(`${options.root}/node_modules/.bin/${name}`, args, { cwd: options.cwd ?? options.root });
}
