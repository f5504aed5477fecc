import { spawn } from 'node:child_process';
import { CommandError } from '../command-line.ts';
import { run } from '../process.ts';

/** A docker call failed; the message has its words. */
export class DockerError extends CommandError {}

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
    const { program, words, env } = this.#call(args);
    const finished = await run(program, words, { cwd: process.cwd(), env }).catch(missing(program));
    return { code: finished.exitCode, stdout: finished.stdout, stderr: finished.stderr };
  }

  /** Shows what it writes. */
  async show(...args: string[]): Promise<void> {
    const { program, words, env } = this.#call(args);
    const child = spawn(program, words, { stdio: 'inherit', env: { ...process.env, ...env } });
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    }).catch(missing(program));
    if (code !== 0) throw new DockerError(`docker ${args[0]} failed; its words are above.`);
  }

  #call(args: readonly string[]) {
    const [program = 'docker', ...first] = this.#words;
    return { program, words: [...first, ...args], env: { DOCKER_BUILDKIT: '1' } };
  }
}

function missing(program: string): (error: NodeJS.ErrnoException) => never {
  return (error) => {
    const advice = 'install Docker, or name the program in DOCKER';
    throw error.code === 'ENOENT' ? new DockerError(`There is no ${program}: ${advice}.`) : error;
  };
}
