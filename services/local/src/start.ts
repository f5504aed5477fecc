import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { EmbeddedServer } from '@finflow/chassis/database/embedded-server';
import { createLogger } from '@finflow/chassis/logger';
import { loadLocalConfig } from './config.ts';
import { assertReadable, type DataFolder, makeFolder, openDataFolder } from './data-folder.ts';
import { demoClock } from './demo/clock.ts';
import { demoLogin, makeDemoCompany } from './demo/company.ts';
import { assertPortFree, Gateway, type GatewayOptions } from './gateway.ts';
import { type LocalOptions, StartError, servicePorts } from './options.ts';
import { createPlatform } from './platform.ts';
import { databaseUrl, prepareDatabases, prepareRegistryDatabase, startPostgres } from './postgres.ts';
import { KafkaPlatform } from './processes/kafka-platform.ts';
import { assertKafkaCanRun, fetchKafka, LocalKafka, mustFetch } from './processes/local-kafka.ts';
import type { Progress } from './progress.ts';

const webRoot = resolve(import.meta.dirname, '../../../web/dist');

/** What a start is given, and what it tells of itself. */
export interface StartRun {
  readonly options: LocalOptions;
  /** How to stop what was started, in the order it was. */
  readonly stops: (() => Promise<unknown>)[];
  /** A step under way ends before it is obeyed: cut short, it would leave running what nobody knows how to stop. */
  readonly stopping: AbortSignal;
  readonly progress: Progress;
}

/**
 * Starts the whole platform on this machine and says where it is.
 *
 * @throws StartError for what a person can mend
 */
export async function start(run: StartRun): Promise<void> {
  const { options, stops, progress } = run;
  if (options.kafka) await assertKafkaCanRun();
  const config = loadLocalConfig();
  if (!existsSync(join(webRoot, 'index.html')))
    throw new StartError('The web app is not built: start with `npm start`.');
  await assertReadable(options.dataDir);
  await assertPortsFree(options);
  if (options.kafka && (await mustFetch())) {
    step(run, 'Fetching Kafka and the schema registry by Maven (about 150 MB, once)');
    await fetchKafka();
  }

  step(run, options.kafka ? 'Starting the database, Kafka and the schema registry' : 'Starting the database');
  await makeFolder(options.dataDir);
  const kafka = options.kafka
    ? new LocalKafka({ dataDir: options.dataDir, ports: servicePorts(options.port).kafka, say: progress.say })
    : undefined;
  const broker = kafka?.startBroker();
  // Whoever awaits it hears of its failure; until then it is not unhandled.
  broker?.catch(() => undefined);
  const server = await startPostgres(options.dataDir);
  stops.push(() => server.stop());
  if (kafka) stops.push(() => kafka.stop());
  const folder = await openDataFolder(options.dataDir);
  const { databasePassword } = folder.secrets;
  run.stopping.throwIfAborted();
  const databases = prepareDatabases(server, databasePassword);
  const registry =
    kafka && prepareRegistryDatabase(server, databasePassword).then((database) => kafka.startRegistry(database));
  for (const result of await Promise.allSettled([databases, registry, broker])) {
    if (result.status === 'rejected') throw result.reason;
  }
  if (kafka) {
    step(run, 'Declaring topics and schemas');
    await kafka.declare();
  }

  const demoIsDue = options.demo && !folder.state.demoFinished;
  let platform: Pick<GatewayOptions, 'handlerOf'>;
  if (kafka) {
    if (demoIsDue) await makeDemoInProcess(run, server, folder);
    step(run, 'Starting the services');
    const processes = new KafkaPlatform({ options, config, server, folder, kafka, show: progress.say });
    stops.push(() => processes.stop());
    await processes.start();
    platform = processes;
  } else {
    platform = await startInProcess(run, server, folder, demoIsDue);
  }

  run.stopping.throwIfAborted();
  const gateway = new Gateway({
    host: options.host,
    port: options.port,
    webRoot,
    handlerOf: (path) => platform.handlerOf(path),
  });
  stops.push(() => gateway.stop());
  await gateway.start();
  progress.done();
  if (!kafka && folder.state.kafkaHolds) {
    progress.say(
      'The last run with --kafka did not end in good order: what its Kafka still holds takes effect in the next one.',
    );
  }
  progress.say(`FinFlow is ready: http://localhost:${options.port}`);
  if (options.demo || folder.state.demoFinished) {
    progress.say(`Demo login: ${demoLogin.email} / ${demoLogin.password}`);
  }
}

function step({ stopping, progress }: StartRun, title: string): void {
  stopping.throwIfAborted();
  progress.step(title);
}

/** The four services in this process, which the embedded bus joins. */
async function startInProcess(run: StartRun, server: EmbeddedServer, folder: DataFolder, withDemo: boolean) {
  const { options, stops, stopping, progress } = run;
  step(run, 'Starting the services');
  const { secrets } = folder;
  const { LOG_LEVEL: level } = loadLocalConfig();
  const clock = demoClock();
  let history = false;
  const platform = createPlatform({
    host: options.host,
    port: options.port,
    secrets,
    databaseUrl: (name) => databaseUrl(server, secrets.databasePassword, name),
    clock,
    loggerOf: (service) => createLogger({ service, level }),
    // Webhooks come at the real time; while history is made they would date a payment today.
    webhooksFlow: () => !history,
  });
  stops.push(() => platform.stop());
  await platform.start();

  if (withDemo) {
    step(run, 'Making the demo company');
    history = true;
    await makeDemoCompany(platform, clock, (fraction) => {
      stopping.throwIfAborted();
      progress.at(fraction);
    });
    history = false;
    await folder.saveState({ ...folder.state, demoFinished: true });
  }
  return platform;
}

/** History is made by a clock of its own, which services of other processes do not have. */
async function makeDemoInProcess(run: StartRun, server: EmbeddedServer, folder: DataFolder): Promise<void> {
  const stops: StartRun['stops'] = [];
  try {
    await startInProcess({ ...run, stops }, server, folder, true);
  } finally {
    for (const stop of stops) await stop();
  }
}

async function assertPortsFree({ port, host, kafka }: LocalOptions): Promise<void> {
  const { cardSandbox, kafka: kafkaPorts, ...services } = servicePorts(port);
  const beside = (what: string) => `${what} goes there when the web port is ${port}; `;
  await assertPortFree(port, host);
  for (const [name, { httpPort, grpcPort }] of Object.entries(services)) {
    await assertPortFree(httpPort, host, beside(`${name}'s HTTP port`));
    await assertPortFree(grpcPort, host, beside(`${name}'s gRPC port`));
  }
  await assertPortFree(cardSandbox, '127.0.0.1', beside('the card sandbox'));
  if (!kafka) return;
  await assertPortFree(kafkaPorts.broker, '127.0.0.1', beside("Kafka's broker"));
  await assertPortFree(kafkaPorts.controller, '127.0.0.1', beside("Kafka's controller"));
  await assertPortFree(kafkaPorts.registry, '127.0.0.1', beside('the schema registry'));
}
