import { beforeAll, describe, test } from '@jest/globals';
import { isFetched } from '../events/kafka/embedded/artifacts.ts';
import { missingPrograms } from '../events/kafka/embedded/java.ts';
import { KAFKA_STARTER_VARIABLE, type KafkaAddresses } from './kafka-starter.ts';

export type { KafkaAddresses };

const START_TIMEOUT_MS = 300_000;

/** What this machine lacks for a broker and a registry: ["Java 17 or newer", "Maven 3"]; empty when nothing. */
export async function missingForKafka(): Promise<string[]> {
  const [missing, fetched] = await Promise.all([missingPrograms(), isFetched()]);
  return fetched ? missing.filter((program) => !program.startsWith('Maven')) : missing;
}

const missing = await missingForKafka();

/** What becomes of suites that need Kafka on this machine. */
export type Suites = 'run' | 'left out' | 'fail';

/** A person's machine may lack programs; a gate that lacks them would let everything over Kafka pass unseen. */
export function suitesOverKafka(missing: readonly string[], ci: string | undefined): Suites {
  if (missing.length === 0) return 'run';
  return ci && ci !== 'false' ? 'fail' : 'left out';
}

/**
 * `describe` for what needs the programs behind a broker and a registry. Without Java or Maven the suite is skipped, and
 * its name says why; where `CI` is set it fails instead.
 */
export function describeOverKafka(name: string, define: () => void): void {
  const needs = `${name} (needs ${missing.join(' and ')})`;
  // biome-ignore lint/style/noProcessEnv: how the run was started, no configuration of a service
  switch (suitesOverKafka(missing, process.env.CI)) {
    case 'run':
      describe(name, define);
      break;
    case 'left out':
      // biome-ignore lint/suspicious/noSkippedTests: the machine cannot run them, and says so
      describe.skip(needs, define);
      break;
    case 'fail':
      test(needs, () => {
        throw new Error(`Install ${missing.join(' and ')}: with CI set, nothing may be left out.`);
      });
  }
}

/**
 * `describe` for what needs a broker and a registry: one of each, started by the first suite of the run that asks, is
 * shared by all of them, so topics, groups and subjects take a prefix of the test's own. Where they cannot run, it is
 * as `describeOverKafka` says.
 *
 * @param define is given a function that tells the addresses once a test runs
 */
export function describeWithKafka(name: string, define: (kafka: () => KafkaAddresses) => void): void {
  describeOverKafka(name, () => {
    let addresses: KafkaAddresses | undefined;
    beforeAll(async () => {
      addresses = await testKafka();
    }, START_TIMEOUT_MS);
    define(() => addresses ?? notStarted());
  });
}

/** The run's broker and registry; the first call starts them. */
export async function testKafka(): Promise<KafkaAddresses> {
  // biome-ignore lint/style/noProcessEnv: set by Jest's global setup, no configuration of a service
  const url = process.env[KAFKA_STARTER_VARIABLE];
  if (!url) throw new Error('No test Kafka: run Jest with the root jest.config.mjs, whose global setup offers one.');
  const response = await fetch(url);
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as KafkaAddresses;
}

function notStarted(): never {
  throw new Error('Kafka is started before the first test of the suite, not while suites are declared.');
}
