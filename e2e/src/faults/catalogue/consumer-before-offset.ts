import type { Fault } from '../fault.ts';
import { killAtMoments } from '../kill-at-moment.ts';

const RECEIVE = /\binsert into inbox\b/i;

/** kill -9 of the consumer when its effects are committed and its offset is not: the events come again. */
export const consumerBeforeOffset: Fault = {
  name: 'consumer-before-offset',
  about: 'kill -9 of each consumer between committing effects and its offset, 3 times each',
  async run(context) {
    for (const name of ['accounting', 'analytics'] as const) {
      await killAtMoments(context, name, (kill) => ({
        onCommitted: (statements) => statements.some((sql) => RECEIVE.test(sql)) && kill(),
      }));
    }
  },
};
