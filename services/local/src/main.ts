import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createLogger } from '@finflow/chassis/logger';
import { assertReadable, openDataFolder } from './data-folder.ts';
import { demoClock } from './demo/clock.ts';
import { demoLogin, makeDemoCompany } from './demo/company.ts';
import { assertPortFree, Gateway } from './gateway.ts';
import { type LocalOptions, parseOptions, StartError, servicePorts, usage } from './options.ts';
import { createPlatform } from './platform.ts';
import { databaseUrl, prepareDatabases, startPostgres } from './postgres.ts';
import { terminalProgress } from './progress.ts';

const repository = resolve(import.meta.dirname, '../../..');

/** Stops what was started, the last first. */
class Shutdown {
  readonly #steps: (() => Promise<unknown>)[] = [];
  #running: Promise<void> | undefined;

  add(step: () => Promise<unknown>): void {
    this.#steps.push(step);
  }

  run(): Promise<void> {
    this.#running ??= this.#all();
    return this.#running;
  }

  async #all(): Promise<void> {
    for (const step of this.#steps.reverse()) await step();
  }
}

async function run(options: LocalOptions, shutdown: Shutdown): Promise<void> {
  const progress = terminalProgress(process.stdout);
  const webRoot = join(repository, 'web/dist');
  if (!existsSync(join(webRoot, 'index.html')))
    throw new StartError('The web app is not built: start with `npm start`.');
  await assertReadable(options.dataDir);
  await assertPortsFree(options);

  progress.step('Starting the database');
  const server = await startPostgres(options.dataDir);
  shutdown.add(() => server.stop());
  const folder = await openDataFolder(options.dataDir);
  const { secrets } = folder;
  await prepareDatabases(server, secrets.databasePassword);

  progress.step('Starting the services');
  const clock = demoClock();
  let history = false;
  const platform = createPlatform({
    host: options.host,
    port: options.port,
    secrets,
    databaseUrl: (name) => databaseUrl(server, secrets.databasePassword, name),
    clock,
    logger: createLogger({ service: 'local', level: 'warn' }),
    // Webhooks come at the real time; while history is made they would date a payment today.
    webhooksFlow: () => !history,
  });
  shutdown.add(() => platform.stop());
  await platform.start();

  if (options.demo && !folder.state.demoFinished) {
    progress.step('Making the demo company');
    history = true;
    await makeDemoCompany(platform, clock, (fraction) => progress.at(fraction));
    history = false;
    await folder.saveState({ ...folder.state, demoFinished: true });
  }
  const gateway = new Gateway({ host: options.host, port: options.port, webRoot, handlerOf: platform.handlerOf });
  shutdown.add(() => gateway.stop());
  await gateway.start();
  progress.done();

  process.stdout.write(`FinFlow is ready: http://localhost:${options.port}\n`);
  if (options.demo || folder.state.demoFinished) {
    process.stdout.write(`Demo login: ${demoLogin.email} / ${demoLogin.password}\n`);
  }
}

async function assertPortsFree({ port, host }: LocalOptions): Promise<void> {
  const { cardSandbox, ...services } = servicePorts(port);
  await assertPortFree(port, host, 'the web app');
  for (const [name, { httpPort, grpcPort }] of Object.entries(services)) {
    await assertPortFree(httpPort, host, `${name}'s HTTP port`);
    await assertPortFree(grpcPort, host, `${name}'s gRPC port`);
  }
  await assertPortFree(cardSandbox, '127.0.0.1', 'the card sandbox');
}

/** One sentence for what a person can mend; anything else is a fault of ours and shows where. */
function explain(error: unknown): string {
  if (error instanceof StartError) return error.message;
  const { code, syscall, path } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC') return 'The disk is full: make room, or choose another folder with --data.';
  // The system refused a file or folder; everything written before the first request lies in the data folder.
  if (code && syscall && path) return `${path} cannot be used (${code}): choose another folder with --data.`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

async function main(): Promise<void> {
  const shutdown = new Shutdown();
  let signalled = false;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      // Asked twice, a person means now.
      if (signalled) process.exit(1);
      signalled = true;
      void shutdown.run().finally(() => process.exit(0));
    });
  }
  try {
    const options = parseOptions(process.argv.slice(2), join(repository, '.finflow'));
    if (options === 'help') process.stdout.write(`${usage}\n`);
    else await run(options, shutdown);
  } catch (error) {
    if (signalled) return;
    process.stderr.write(`\n${explain(error)}\n`);
    await shutdown.run().catch(() => undefined);
    process.exit(1);
  }
}

await main();
