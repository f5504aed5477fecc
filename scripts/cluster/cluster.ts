import { spawn } from 'node:child_process';
import { CommandError } from '../command-line.ts';
import { run } from '../process.ts';
import { type Pod, type PodState, stateOf } from './pods.ts';

/** What went wrong, in sentences for whoever typed the command. */
export class ClusterError extends CommandError {}

/** helm and kubectl, on one namespace of the current context's cluster. */
export class Cluster {
  readonly #root: string;
  readonly #namespace: string;

  constructor(root: string, namespace: string) {
    this.#root = root;
    this.#namespace = namespace;
  }

  /** What kubectl answers. @throws ClusterError with what it wrote, when it fails */
  async kubectl(...args: string[]): Promise<string> {
    return await this.#run('kubectl', ['--namespace', this.#namespace, ...args]);
  }

  /** What helm answers; `signal` interrupts it. @throws ClusterError with what it wrote, when it fails */
  async helm(args: string[], signal?: AbortSignal): Promise<string> {
    return await this.#run('helm', ['--namespace', this.#namespace, ...args], signal);
  }

  /** Runs helm and shows what it writes. @throws ClusterError when it fails */
  async showHelm(...args: string[]): Promise<void> {
    const child = spawn('helm', ['--namespace', this.#namespace, ...args], {
      cwd: this.#root,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    const exitCode = await new Promise<number | null>((resolve, reject) => {
      child.once('error', (error) => reject(missing('helm', error)));
      child.once('exit', resolve);
    });
    if (exitCode !== 0) throw new ClusterError(`helm ${args[0]} failed, as it says above.`);
  }

  async pods(): Promise<PodState[]> {
    const { items } = JSON.parse(await this.kubectl('get', 'pods', '--output', 'json')) as { items: Pod[] };
    return items.map(stateOf);
  }

  async #run(program: 'helm' | 'kubectl', args: string[], signal?: AbortSignal): Promise<string> {
    const { exitCode, output, stdout } = await run(program, args, { cwd: this.#root, ...(signal && { signal }) }).catch(
      (error: Error) => {
        throw missing(program, error);
      },
    );
    if (exitCode !== 0) throw new ClusterError(output.trim());
    return stdout;
  }
}

function missing(program: string, error: Error): ClusterError {
  const { code } = error as NodeJS.ErrnoException;
  return new ClusterError(
    code === 'ENOENT'
      ? `${program} is not installed, or not on the PATH.`
      : `${program} cannot be run: ${error.message}`,
  );
}
