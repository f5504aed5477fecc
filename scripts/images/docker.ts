import { type SpawnOptions, spawn } from 'node:child_process';

/** A docker call failed; the message has its words. */
export class DockerError extends Error {}

/** The docker program: `DOCKER`, which may have arguments of its own, or docker. */
export class Docker {
  readonly #words: readonly string[];

  constructor(program = process.env.DOCKER || 'docker') {
    this.#words = program.split(/\s+/).filter(Boolean);
  }

  /** What it writes to stdout. */
  async output(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.try(...args);
    if (code === 0) return stdout.trim();
    throw new DockerError(`docker ${args.join(' ')} failed:\n${stderr.trim() || stdout.trim()}`);
  }

  /** However it ends. */
  async try(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
    const child = this.#spawn(args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const [out, err]: [Buffer[], Buffer[]] = [[], []];
    child.stdout?.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr?.on('data', (chunk: Buffer) => err.push(chunk));
    const code = await ended(child);
    return { code, stdout: Buffer.concat(out).toString('utf8'), stderr: Buffer.concat(err).toString('utf8') };
  }

  /** Shows what it writes. */
  async show(...args: string[]): Promise<void> {
    const code = await ended(this.#spawn(args, { stdio: 'inherit' }));
    if (code !== 0) throw new DockerError(`docker ${args[0]} failed; its words are above.`);
  }

  #spawn(args: readonly string[], options: SpawnOptions) {
    const [program = 'docker', ...first] = this.#words;
    return spawn(program, [...first, ...args], { ...options, env: { ...process.env, DOCKER_BUILDKIT: '1' } });
  }
}

function ended(child: ReturnType<typeof spawn>): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      const advice = 'install Docker, or name the program in DOCKER';
      reject(error.code === 'ENOENT' ? new DockerError(`There is no ${child.spawnfile}: ${advice}.`) : error);
    });
    child.once('close', (code) => resolve(code ?? 1));
  });
}
