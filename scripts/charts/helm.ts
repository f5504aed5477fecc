import { spawn } from 'node:child_process';

/** What a program said and how it ended. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a program to its end. Rejects when it cannot be found. */
export async function ran(program: string, args: readonly string[], cwd: string): Promise<Ran> {
  return await new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk) => {
      out += String(chunk);
    });
    child.stderr.on('data', (chunk) => {
      err += String(chunk);
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? 1, out, err }));
  });
}

/** Whether there is such a program. */
export async function has(program: string, args: readonly string[], cwd: string): Promise<boolean> {
  return await ran(program, args, cwd).then(
    ({ code }) => code === 0,
    () => false,
  );
}
