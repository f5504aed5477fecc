import { setTimeout as delay } from 'node:timers/promises';
import { topics } from '@finflow/chassis/events/topics';
import { wrong } from '../../finding.ts';
import { outstanding } from '../check/events.ts';
import { PostgresProxy } from '../cluster/postgres-proxy.ts';
import type { Fault, FaultContext } from '../fault.ts';

const SLOW_MS = 60_000;
/** Longer than a member of a group may be silent; short of the database's patience with idle transactions. */
const DELAY_MS = 20_000;
const RECEIVE = /\binsert into inbox\b/i;
const LEAST_BEHIND = 1 / 5;
const OTHERS_WITHIN_MS = 5_000;
const CAUGHT_UP_WITHIN_MS = 90_000;
const POLL_MS = 250;

/** One consumer is slow at what it does with events, and answers requests as ever: its events wait, nobody else's do. */
export const slowConsumer: Fault = {
  name: 'slow-consumer',
  about: `each transaction of analytics' consumer takes ${DELAY_MS / 1000} s longer, for ${SLOW_MS / 1000} s`,
  async run(context) {
    const { cluster, witness, pause, find, note } = context;
    const proxy = await PostgresProxy.open(cluster.database.server.port);
    try {
      await cluster.services.restart('analytics', { DATABASE_URL: cluster.databaseUrl('analytics', proxy.port) });
      await witness.listen();
      const before = new Set(witness.written.keys());
      proxy.hooks = { delayMs: ({ sql }) => (RECEIVE.test(sql) ? DELAY_MS : 0) };
      await pause(SLOW_MS);
      await witness.listen();
      const until = [...witness.written.values()];
      const came = until.filter(({ id, topic }) => !before.has(id) && consumedByAnalytics(topic)).length;
      const ids = until.map(({ id }) => id);
      const behind = outstanding(witness, ids, ['analytics']);
      note('analytics behind by', `${behind} of ${came} events that came in ${SLOW_MS / 1000} s`);
      if (behind < came * LEAST_BEHIND) find(wrong(`analytics fell behind by ${behind} of ${came} events only`));
      await pause(OTHERS_WITHIN_MS);
      await witness.listen();
      const others = outstanding(witness, ids, ['accounting']);
      if (others > 0) find(wrong(`accounting is behind by ${others} events because analytics is slow`));
      proxy.hooks = {};
      await untilCaughtUp(context, ids);
      await cluster.services.restart('analytics');
    } finally {
      await proxy.close();
    }
  },
};

function consumedByAnalytics(topic: string): boolean {
  return topics[topic as keyof typeof topics]?.consumers.includes('analytics') ?? false;
}

async function untilCaughtUp({ witness, find, note, signal }: FaultContext, ids: readonly string[]): Promise<void> {
  const startedAtMs = performance.now();
  const seconds = () => (performance.now() - startedAtMs) / 1000;
  for (;;) {
    signal.throwIfAborted();
    await witness.listen();
    const behind = outstanding(witness, ids, ['analytics']);
    if (behind === 0) break;
    if (seconds() * 1000 > CAUGHT_UP_WITHIN_MS) {
      find(wrong(`analytics is still behind by ${behind} events ${CAUGHT_UP_WITHIN_MS / 1000} s later`));
      return;
    }
    await delay(POLL_MS);
  }
  // What was on its way keeps its delay.
  note('analytics caught up in', `${seconds().toFixed(1)} s, the last slow transactions included`);
}
