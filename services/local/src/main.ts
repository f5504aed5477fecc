import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createLogger } from '@finflow/chassis/logger';
import { assertReadable, makeFolder, openDataFolder } from './data-folder.ts';
import { demoClock } from './demo/clock.ts';
import { demoLogin, makeDemoCompany } from './demo/company.ts';
import { assertPortFree, Gateway } from './gateway.ts';
import { type LocalOptions, parseOptions, StartError, servicePorts, usage } from './options.ts';
import { createPlatform } from './platform.ts';
import { databaseUrl, prepareDatabases, startPostgres } from './postgres.ts';
import { terminalProgress } from './progress.ts';

const repository = resolve(import.meta.dirname, '../../..');

/** How to stop what was started, in the order it was. */
type Stops = (() => Promise<unknown>)[];

/** A step under way ends before `stopping` is obeyed: cut short, it would leave running what nobody knows how to stop. */
async function start(options: LocalOptions, stops: Stops, stopping: AbortSignal): Promise<void> {
  const progress = terminalProgress(process.stdout);
  const webRoot = join(repository, 'web/dist');
  if (!existsSync(join(webRoot, 'index.html')))
    throw new StartError('The web app is not built: start with `npm start`.');
  await assertReadable(options.dataDir);
  await assertPortsFree(options);

  stopping.throwIfAborted();
  progress.step('Starting the database');
  await makeFolder(options.dataDir);
  const server = await startPostgres(options.dataDir);
  stops.push(() => server.stop());
  const folder = await openDataFolder(options.dataDir);
  const { secrets } = folder;
  stopping.throwIfAborted();
  await prepareDatabases(server, secrets.databasePassword);

  stopping.throwIfAborted();
  progress.step('Starting the services');
  const clock = demoClock();
  let history = false;
  const platform = createPlatform({
    host: options.host,
    port: options.port,
    secrets,
    databaseUrl: (name) => databaseUrl(server, secrets.databasePassword, name),
    clock,
    loggerOf: (service) => createLogger({ service, level: 'warn' }),
    // Webhooks come at the real time; while history is made they would date a payment today.
    webhooksFlow: () => !history,
  });
  stops.push(() => platform.stop());
  await platform.start();

  if (options.demo && !folder.state.demoFinished) {
    progress.step('Making the demo company');
    history = true;
    await makeDemoCompany(platform, clock, (fraction) => {
      stopping.throwIfAborted();
      progress.at(fraction);
    });
    history = false;
    await folder.saveState({ ...folder.state, demoFinished: true });
  }
  stopping.throwIfAborted();
  const gateway = new Gateway({ host: options.host, port: options.port, webRoot, handlerOf: platform.handlerOf });
  stops.push(() => gateway.stop());
  await gateway.start();
  progress.done();

  process.stdout.write(`FinFlow is ready: http://localhost:${options.port}\n`);
  if (options.demo || folder.state.demoFinished) {
    process.stdout.write(`Demo login: ${demoLogin.email} / ${demoLogin.password}\n`);
  }
}

async function assertPortsFree({ port, host }: LocalOptions): Promise<void> {
  const { cardSandbox, ...services } = servicePorts(port);
  const beside = (what: string) => `${what} goes there when the web port is ${port}; `;
  await assertPortFree(port, host);
  for (const [name, { httpPort, grpcPort }] of Object.entries(services)) {
    await assertPortFree(httpPort, host, beside(`${name}'s HTTP port`));
    await assertPortFree(grpcPort, host, beside(`${name}'s gRPC port`));
  }
  await assertPortFree(cardSandbox, '127.0.0.1', beside('the card sandbox'));
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

/** Gives the exit code. */
async function main(): Promise<number> {
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      // Asked twice, a person means now.
      if (stopping.signal.aborted) process.exit(1);
      stopping.abort();
    });
  }
  const stops: Stops = [];
  let exitCode = 0;
  try {
    const options = parseOptions(process.argv.slice(2), join(repository, '.finflow'));
    if (options === 'help') {
      process.stdout.write(`${usage}\n`);
      return 0;
    }
    const stopped = once(stopping.signal, 'abort');
    await start(options, stops, stopping.signal);
    await stopped;
  } catch (error) {
    if (!stopping.signal.aborted) {
      process.stderr.write(`\n${explain(error)}\n`);
      exitCode = 1;
    }
  }
  for (const stop of stops.reverse()) {
    await stop().catch((error: unknown) => {
      // After a start that failed, what fails to stop says the same again.
      if (exitCode === 0) process.stderr.write(`\n${explain(error)}\n`);
      exitCode = 1;
    });
  }
  return exitCode;
}

process.exit(await main());
