import { createWriteStream, type WriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Environment } from '@finflow/chassis/config';
import { type ServiceName, serviceNames } from '@finflow/local/src/options.ts';
import { ServiceProcess } from '@finflow/local/src/processes/service-process.ts';
import { repository } from '../../program.ts';
import { Endings } from './endings.ts';
import { freePortBlock } from './ports.ts';

const READY_TIMEOUT_MS = 60_000;
const POLL_MS = 50;
const START_ATTEMPTS = 5;
const START_PAUSE_MS = 1_000;

export interface ServicesOptions {
  readonly environments: Record<ServiceName, Environment>;
  /** Each instance's lines go to a file of its own here. */
  readonly logFolder: string;
}

/** The four services, each a process of its own that comes back when it ends by itself, and further instances. */
export class Services {
  readonly #options: ServicesOptions;
  readonly #running = new Map<ServiceName, ServiceProcess>();
  readonly #extra = new Set<ServiceProcess>();
  readonly #logs: WriteStream[] = [];
  readonly endings = new Endings();

  constructor(options: ServicesOptions) {
    this.#options = options;
  }

  /** Resolves when all four have started. */
  async start(): Promise<void> {
    await mkdir(this.#options.logFolder, { recursive: true });
    await Promise.all(serviceNames.map((name) => this.#launch(name, {})));
  }

  async stop(): Promise<void> {
    const all = [...this.#running.values(), ...this.#extra];
    await Promise.all(all.map((service) => service.stop()));
    for (const log of this.#logs) log.end();
  }

  /** kill -9; the process comes back by itself. Resolves when it answers again. */
  async kill(name: ServiceName): Promise<void> {
    this.signal(name, 'SIGKILL');
    // The health endpoint of the dying process must not be taken for that of the next.
    await delay(POLL_MS);
    await this.ready(name);
  }

  signal(name: ServiceName, signal: NodeJS.Signals): void {
    if (signal === 'SIGKILL' && this.pid(name) > 0) this.endings.killed(name);
    this.#running.get(name)?.signal(signal);
  }

  /** Of the process that runs now; 0 while there is none. */
  pid(name: ServiceName): number {
    return this.#running.get(name)?.pid ?? 0;
  }

  /** Stops a service and starts it with further variables; without any it is as it was. */
  async restart(name: ServiceName, variables: Environment = {}): Promise<void> {
    await this.#running.get(name)?.stop();
    await this.#launch(name, variables);
  }

  /** One more instance of a service, on ports of its own. */
  async another(name: ServiceName): Promise<ServiceProcess> {
    const [http, grpc] = await freePortBlock(2);
    const service = this.#process(name, { HTTP_PORT: String(http), GRPC_PORT: String(grpc) });
    this.#extra.add(service);
    await service.start();
    return service;
  }

  /** Ends an instance made by `another`. */
  async remove(service: ServiceProcess): Promise<void> {
    await service.stop();
    this.#extra.delete(service);
  }

  /** Resolves when the service says that it is ready. */
  async ready(name: ServiceName): Promise<void> {
    const url = `http://127.0.0.1:${this.#options.environments[name].HTTP_PORT}/readyz`;
    for (let waitedMs = 0; waitedMs < READY_TIMEOUT_MS; waitedMs += POLL_MS) {
      const answer = await fetch(url, { signal: AbortSignal.timeout(1_000) }).catch(() => undefined);
      if (answer?.ok) return;
      await delay(POLL_MS);
    }
    throw new Error(`${name} was not ready within ${READY_TIMEOUT_MS / 1000} s.`);
  }

  async #launch(name: ServiceName, variables: Environment): Promise<void> {
    const service = this.#process(name, variables);
    this.#running.set(name, service);
    // As an orchestrator would: what a service needs to start may be away for a moment.
    for (let attempt = 1; ; attempt++) {
      try {
        return await service.start();
      } catch (error) {
        this.endings.ended(name, (error as Error).message.split('\n')[0] ?? '');
        if (attempt >= START_ATTEMPTS) throw error;
        await delay(START_PAUSE_MS);
      }
    }
  }

  #process(name: ServiceName, variables: Environment): ServiceProcess {
    const log = createWriteStream(join(this.#options.logFolder, `${name}.log`), { flags: 'a' });
    this.#logs.push(log);
    return new ServiceProcess({
      name,
      main: join(repository, `services/${name}/src/main.ts`),
      env: { ...this.#options.environments[name], ...variables },
      onLine: (line) => void log.write(`${line}\n`),
      onRestart: (how) => {
        log.write(`${how}; it starts again\n`);
        this.endings.ended(name, how);
      },
    });
  }
}
