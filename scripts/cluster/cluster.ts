import { spawn } from 'node:child_process';
import { CommandError } from '../command-line.ts';
import { run } from '../process.ts';
import { type Keeper, type Pod, type PodState, statesOf } from './pods.ts';

/** What went wrong, in sentences for whoever typed the command. */
export class ClusterError extends CommandError {}

/** helm or kubectl is not there, or cannot be run. */
export class NotInstalled extends ClusterError {}

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
    const kinds = 'pods,replicasets,statefulsets';
    const { items } = JSON.parse(await this.kubectl('get', kinds, '--output', 'json')) as { items: (Pod | Keeper)[] };
    return statesOf(items);
  }

  /** The values of a release, its chart's defaults too; undefined when there is no such release. */
  async valuesOf(release: string): Promise<{ readonly environment?: string } | undefined> {
    try {
      return JSON.parse(await this.helm(['get', 'values', release, '--all', '--output', 'json']));
    } catch (error) {
      if (error instanceof ClusterError && error.message.includes('release: not found')) return undefined;
      throw error;
    }
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

function missing(program: string, error: Error): NotInstalled {
  const { code } = error as NodeJS.ErrnoException;
  return new NotInstalled(
    code === 'ENOENT'
      ? `${program} is not installed, or not on the PATH.`
      : `${program} cannot be run: ${error.message}`,
  );
}
