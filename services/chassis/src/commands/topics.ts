import { join } from 'node:path';
import { z } from 'zod';
import { type Environment, eventsConfig, loadConfig } from '../config.ts';
import { kafkaConnection } from '../events/connect.ts';
import { kafkaClient } from '../events/kafka/connection.ts';
import { adviceOn, applyTopics, differences, plannedTopics, type TopicDifference } from '../events/kafka/topics.ts';
import { silentLogger } from '../logger.ts';
import { OperatorError } from '../operator-error.ts';
import { runProgram } from '../program.ts';
import { counted, lines, type Terminal, table } from './terminal.ts';
import { runVerb } from './verb.ts';

const shape = z.object(eventsConfig);
const command = {
  name: 'topics',
  verbs: { all: ['diff', 'apply'], changing: 'apply' },
  usageFile: join(import.meta.dirname, 'topics/usage.txt'),
} as const;

/**
 * The command.
 *
 * @param env variables; the process's own unless given
 * @returns the exit code
 * @throws OperatorError, ConfigError in a sentence for whoever runs it
 */
export async function topics(
  args: readonly string[],
  terminal: Terminal = { out: process.stdout, err: process.stderr },
  env?: Environment,
): Promise<number> {
  return await runVerb({ ...command, args }, terminal, async ({ verb, dryRun }) => {
    const config = loadConfig(shape, env);
    const kafka = kafkaClient(kafkaConnection(config, 'finflow-topics'), silentLogger);
    const options = { prefix: config.KAFKA_PREFIX, replicationFactor: config.KAFKA_REPLICATION_FACTOR };
    const count = plannedTopics(options).length;
    try {
      if (verb === 'apply' && !dryRun) {
        const { done, left } = await applyTopics(kafka, options);
        return reportApplied({ done, left, count }, terminal);
      }
      const found = await differences(kafka, options);
      return verb === 'diff' ? reportDifferences(found, count, terminal) : reportPlan(found, count, terminal);
    } catch (error) {
      throw new OperatorError(`Kafka at ${config.KAFKA_BROKERS?.join()} ${explain(error)}`, { cause: error });
    }
  });
}

function reportDifferences(found: readonly TopicDifference[], count: number, { out }: Terminal): number {
  if (found.length === 0) return allAsDeclared(count, out);
  out.write(`${counted(found.length, 'difference')}\n\n${differencesTable(found)}\n${lines(adviceOn(found))}`);
  return 1;
}

function reportPlan(found: readonly TopicDifference[], count: number, { out }: Terminal): number {
  if (found.length === 0) return allAsDeclared(count, out);
  const mendable = found.filter(({ mendable: can }) => can);
  const left = found.filter(({ mendable: can }) => !can);
  if (mendable.length > 0)
    out.write(`Would change ${counted(mendable.length, 'thing')}:\n\n${differencesTable(mendable)}`);
  return reportLeft(left, out);
}

function reportApplied(
  { done, left, count }: { done: readonly TopicDifference[]; left: readonly TopicDifference[]; count: number },
  { out }: Terminal,
): number {
  if (done.length + left.length === 0) return allAsDeclared(count, out);
  if (done.length > 0)
    out.write(`Changed ${counted(done.length, 'thing')}:\n\n${differencesTable(done, ['WAS', 'IS'])}`);
  return reportLeft(left, out);
}

function reportLeft(left: readonly TopicDifference[], out: Terminal['out']): number {
  if (left.length === 0) return 0;
  out.write(`${counted(left.length, 'difference')} cannot be mended by this command:\n\n${differencesTable(left)}`);
  out.write(`\n${lines(adviceOn(left))}`);
  return 1;
}

function allAsDeclared(count: number, out: Terminal['out']): number {
  out.write(`All ${count} topics are as declared.\n`);
  return 0;
}

function differencesTable(found: readonly TopicDifference[], titles = ['IN THE CLUSTER', 'DECLARED']): string {
  const rows = found.map(({ topic, what, actual, declared }) => [topic, what, actual, declared]);
  return table([['TOPIC', 'WHAT', ...titles], ...rows]);
}

/** As the client's errors are; one that it gave up on has the last in it. */
interface KafkaError {
  readonly name?: string;
  readonly message?: string;
  readonly type?: string;
  readonly cause?: KafkaError;
}

const SASL = /SASL/;
const TLS = /TLS|SSL|certificate/i;
/** What listens there hangs up on requests of Kafka's, or is a controller, which answers only some of them. */
const NO_BROKER = /KafkaJSConnectionClosedError|KafkaJSServerDoesNotSupportApiKey/;

/** What the client says when it failed, as the half of a sentence. */
function explain(error: unknown): string {
  const [first = error] = (error as AggregateError).errors ?? [];
  const { name, message, type, cause } = first as KafkaError;
  if (type === 'INVALID_REPLICATION_FACTOR') {
    return 'has fewer brokers than the topics shall have replicas: set KAFKA_REPLICATION_FACTOR.';
  }
  if (SASL.test(`${name} ${type} ${cause?.name} ${cause?.type}`)) {
    return (
      `refused to sign in (${message}): look at KAFKA_SASL_MECHANISM, KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD; ` +
      'a port without SASL wants none of them.'
    );
  }
  if (TLS.test(message ?? '')) {
    return (
      `did not agree on TLS (${message}): look at KAFKA_TLS and KAFKA_TLS_CA, and whether KAFKA_BROKERS names a port ` +
      'for TLS.'
    );
  }
  if (NO_BROKER.test(`${name} ${cause?.name}`) || message === 'Broker not connected') {
    return (
      `does not answer as a Kafka broker (${message}): look whether KAFKA_BROKERS names a broker's own port, and whether ` +
      'it wants KAFKA_TLS or KAFKA_SASL_MECHANISM.'
    );
  }
  const unreachable = /Connection|NumberOfRetriesExceeded|BrokerNotFound/.test(name ?? '');
  return `${unreachable ? 'cannot be reached' : 'refused'}: ${message ?? String(error)}.`.replace(/\.\.$/, '.');
}

if (import.meta.main) {
  await runProgram(async () => {
    process.exitCode = await topics(process.argv.slice(2));
  });
}
