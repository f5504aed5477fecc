import { serviceNames } from '@finflow/local/src/options.ts';
import { type Fault, shuffled } from '../fault.ts';
import { killAtMoments } from '../kill-at-moment.ts';

/** The relay's statement once the brokers have acknowledged; it is what marks events as published. */
const MARK = /\bdelete from outbox\b/i;

/** kill -9 of the producer when the brokers have its events and its outbox does not know: they are produced again. */
export const relayBeforeMark: Fault = {
  name: 'relay-before-mark',
  about: 'kill -9 of each producer between producing events and marking them, 3 times each',
  async run(context) {
    for (const name of shuffled(serviceNames, context.random)) {
      const kills = await killAtMoments(context, name, (kill) => ({
        hooks: { onStatement: ({ sql }) => MARK.test(sql) && kill() },
      }));
      context.expectProducedAgain(kills);
    }
  },
};
