import { describeOverKafka } from '@finflow/chassis/testing/kafka';
import { describe } from '@jest/globals';

export { describeOverKafka };

/** The options of `Platform.start` that say how the platform runs. */
export type Way = { readonly kafka: boolean } | { readonly url: string };

/**
 * `describe` for what must hold however the platform runs: all in one process, and each service a process of its own over
 * Kafka. What becomes of the second without Java or Maven, `describeOverKafka` says. With FINFLOW_URL in the environment
 * it is told of the platform at that address instead, such as one in a cluster, with its demo company.
 */
export function describeBothWays(define: (way: Way) => void): void {
  const { FINFLOW_URL: url } = process.env;
  if (url) {
    describe(`at ${url}`, () => define({ url }));
  } else {
    describe('in one process', () => define({ kafka: false }));
    describeOverKafka('over Kafka', () => define({ kafka: true }));
  }
}
