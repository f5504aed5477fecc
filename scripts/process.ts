import { spawn } from 'node:child_process';

export interface Finished {
  readonly exitCode: number;
  /** What it wrote to both streams, in the order it came. */
  readonly output: string;
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
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.once('error', reject);
    child.once('close', (code) => resolve({ exitCode: code ?? 1, output: Buffer.concat(chunks).toString('utf8') }));
  });
}

/** Runs a program of node_modules/.bin by the Node that runs us. */
export function runBin(
  name: string,
  args: readonly string[],
  options: { root: string; cwd?: string },
): Promise<Finished> {
  return run(`${options.root}/node_modules/.bin/${name}`, args, { cwd: options.cwd ?? options.root });
}
