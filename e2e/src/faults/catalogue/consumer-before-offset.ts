import type { Statement } from '../cluster/postgres-proxy.ts';
import type { Fault } from '../fault.ts';
import { killAtMoments } from '../kill-at-moment.ts';

const RECEIVE = /\binsert into inbox\b/i;
const UUID = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/g;

/** The events that a statement marks as received: its first parameter is their organization. */
export function receivedBy({ sql, values }: Statement): string[] {
  return RECEIVE.test(sql) ? (values.match(UUID) ?? []).slice(1) : [];
}

/** kill -9 of the consumer when its effects are committed and its offset is not: the events come again. */
export const consumerBeforeOffset: Fault = {
  name: 'consumer-before-offset',
  about: 'kill -9 of each consumer between committing effects and its offset, 3 times each',
  async run(context) {
    for (const name of ['accounting', 'analytics'] as const) {
      /** What the killed process had committed, until it is delivered again. */
      const committed = new Set<string>();
      let again = 0;
      await killAtMoments(context, name, (kill) => ({
        hooks: {
          onCommitted: (statements) => {
            const events = statements.flatMap(receivedBy);
            if (events.length === 0 || !kill()) return false;
            for (const event of events) committed.add(event);
            return true;
          },
          onStatement: (statement) => {
            for (const event of receivedBy(statement)) if (committed.delete(event)) again += 1;
            return false;
          },
        },
        hasFollowed: () => committed.size === 0,
      }));
      context.note(`events delivered to ${name} again`, `${again}, each with one effect`);
    }
  },
};
