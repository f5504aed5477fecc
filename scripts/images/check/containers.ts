import type { Docker } from '../docker.ts';

/** What Kubernetes' Pod Security "restricted" allows, and a root that cannot be written to. */
const RESTRICTED = [
  '--read-only',
  '--cap-drop=ALL',
  '--security-opt=no-new-privileges',
  '--tmpfs=/tmp:mode=1777',
  '--memory=256m',
];

export interface Started {
  readonly id: string;
  /** Of its port 8080, on this machine; empty when it was not published. */
  readonly address: string;
}

export interface StartOptions {
  readonly reference: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Publishes port 8080 on a free port of this machine. */
  readonly published?: boolean;
  /** Id of a container whose network it shares. */
  readonly network?: string;
  readonly entrypoint?: string;
  readonly args?: readonly string[];
}

/** Containers that live as long as a check. */
export class Containers {
  readonly docker: Docker;
  readonly #ids: string[] = [];

  constructor(docker: Docker) {
    this.docker = docker;
  }

  async start({ reference, env = {}, published, network, entrypoint, args = [] }: StartOptions): Promise<Started> {
    const id = await this.docker.output(
      'run',
      '--detach',
      ...RESTRICTED,
      ...Object.entries(env).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
      ...(published ? ['--publish', '127.0.0.1::8080'] : []),
      ...(network ? ['--network', `container:${network}`] : []),
      ...(entrypoint ? ['--entrypoint', entrypoint] : []),
      reference,
      ...args,
    );
    this.#ids.push(id);
    const address = published ? (await this.docker.output('port', id, '8080/tcp')).split('\n')[0] : undefined;
    return { id, address: address ?? '' };
  }

  /** Runs a program to its end: its exit code, and what it wrote. */
  async run(options: StartOptions): Promise<{ code: number; output: string }> {
    const { id } = await this.start(options);
    const code = Number(await this.docker.output('wait', id));
    return { code, output: await this.logs(id) };
  }

  /** Both streams. */
  async logs(id: string): Promise<string> {
    const { stdout, stderr } = await this.docker.try('logs', id);
    return stdout + stderr;
  }

  /** Ends it as Kubernetes does; gives its exit code, and how long it took in milliseconds. */
  async stop(id: string): Promise<{ code: number; ms: number }> {
    const started = performance.now();
    await this.docker.output('stop', '--time', '20', id);
    const ms = performance.now() - started;
    return { code: Number(await this.docker.output('inspect', '--format', '{{.State.ExitCode}}', id)), ms };
  }

  /** Numeric user ids of its processes. */
  async users(id: string): Promise<string[]> {
    const [, ...lines] = (await this.docker.output('top', id, '-n', '-eo', 'uid,pid')).split('\n');
    return [...new Set(lines.map((line) => line.trim().split(/\s+/)[0] ?? ''))];
  }

  async removeAll(): Promise<void> {
    // The network of one may be another's.
    for (const id of this.#ids.reverse()) await this.docker.try('rm', '--force', '--volumes', id);
  }
}
