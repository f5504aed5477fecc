import { beforeAll, describe } from '@jest/globals';
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

/**
 * `describe` for what needs a broker and a registry: one of each, started by the first suite of the run that asks, is
 * shared by all of them, so topics, groups and subjects take a prefix of the test's own. Without Java or Maven the suite
 * is skipped, and its name says why.
 *
 * @param define is given a function that tells the addresses once a test runs
 */
export function describeWithKafka(name: string, define: (kafka: () => KafkaAddresses) => void): void {
  if (missing.length > 0) {
    // biome-ignore lint/suspicious/noSkippedTests: the machine cannot run them, and says so
    describe.skip(`${name} (needs ${missing.join(' and ')})`, () => define(notStarted));
    return;
  }
  describe(name, () => {
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
