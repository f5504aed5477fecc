import { missingForKafka } from '@finflow/chassis/testing/kafka';
import { describe } from '@jest/globals';

const missing = await missingForKafka();

/**
 * `describe` for what must hold however the platform runs: all in one process, and each service a process of its own over
 * Kafka. Without Java or Maven the second is skipped, and its name says why.
 *
 * @param define is given the option of `Platform.start`
 */
export function describeBothWays(define: (way: { kafka: boolean }) => void): void {
  describe('in one process', () => define({ kafka: false }));
  describeOverKafka('over Kafka', () => define({ kafka: true }));
}

/** `describe` for what needs Kafka. */
export function describeOverKafka(name: string, define: () => void): void {
  if (missing.length === 0) describe(name, define);
  else describe.skip(`${name} (needs ${missing.join(' and ')})`, define);
}
