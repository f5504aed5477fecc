import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { loadLocalConfig } from './config.ts';
import { assertReadable, type DataFolder, makeFolder, openDataFolder } from './data-folder.ts';
import { demoLogin } from './demo/company.ts';
import { assertPortFree, Gateway } from './gateway.ts';
import { InProcess } from './in-process.ts';
import { type LocalOptions, StartError, servicePorts } from './options.ts';
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
  const server = await startPostgres(options.dataDir);
  stops.push(() => server.stop());
  // From here on the folder is ours; Kafka's part of it, too.
  const folder = await openDataFolder(options.dataDir);
  await folder.saveState({ ...folder.state, host: options.host, port: options.port });
  const { databasePassword } = folder.secrets;
  run.stopping.throwIfAborted();
  if (kafka) stops.push(() => kafka.stop());
  const broker = kafka?.startBroker();
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

  const inProcess = () =>
    new InProcess({
      host: options.host,
      port: options.port,
      secrets: folder.secrets,
      databaseUrl: (name) => databaseUrl(server, databasePassword, name),
      logLevel: config.LOG_LEVEL,
    });
  const demoIsDue = options.demo && !folder.state.demoFinished;
  let platform: InProcess | KafkaPlatform;
  if (kafka) {
    if (demoIsDue) {
      step(run, 'Making the demo company');
      const maker = inProcess();
      await maker.start();
      await makeDemo(run, maker, folder).finally(() => maker.stop());
    }
    step(run, 'Starting the services');
    platform = new KafkaPlatform({ options, config, server, folder, kafka, show: progress.say });
    stops.push(() => platform.stop());
    await platform.start();
  } else {
    step(run, 'Starting the services');
    platform = inProcess();
    stops.push(() => platform.stop());
    await platform.start();
    if (demoIsDue) {
      step(run, 'Making the demo company');
      await makeDemo(run, platform, folder);
    }
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
  if (!kafka && config.telemetry.OTEL_EXPORTER_OTLP_ENDPOINT) {
    progress.say('OTEL_EXPORTER_OTLP_ENDPOINT: traces and metrics are sent with --kafka alone.');
  }
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

async function makeDemo({ stopping, progress }: StartRun, platform: InProcess, folder: DataFolder): Promise<void> {
  await platform.makeDemo((fraction) => {
    stopping.throwIfAborted();
    progress.at(fraction);
  });
  await folder.saveState({ ...folder.state, demoFinished: true });
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
