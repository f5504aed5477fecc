import { describeOverKafka } from '@finflow/chassis/testing/kafka';
import { describe } from '@jest/globals';

export { describeOverKafka };

/**
 * `describe` for what must hold however the platform runs: all in one process, and each service a process of its own over
 * Kafka. What becomes of the second without Java or Maven, `describeOverKafka` says.
 *
 * @param define is given the option of `Platform.start`
 */
export function describeBothWays(define: (way: { kafka: boolean }) => void): void {
  describe('in one process', () => define({ kafka: false }));
  describeOverKafka('over Kafka', () => define({ kafka: true }));
}
