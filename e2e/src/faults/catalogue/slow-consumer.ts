import { setTimeout as delay } from 'node:timers/promises';
import { wrong } from '../../finding.ts';
import { outstanding } from '../check/events.ts';
import { PostgresProxy } from '../cluster/postgres-proxy.ts';
import type { Fault } from '../fault.ts';

const SLOW_MS = 40_000;
/** On each message to its database; a transaction exchanges several. */
const DELAY_MS = 500;
const OTHERS_WITHIN_MS = 5_000;

/** One consumer's database is far away: its events wait, and nobody else's do. */
export const slowConsumer: Fault = {
  name: 'slow-consumer',
  about: `analytics' database answers ${DELAY_MS} ms late for ${SLOW_MS / 1000} s`,
  async run({ cluster, witness, pause, find, note }) {
    const proxy = await PostgresProxy.open(cluster.database.server.port);
    try {
      await cluster.services.restart('analytics', { DATABASE_URL: cluster.databaseUrl('analytics', proxy.port) });
      proxy.hooks = { delayMs: DELAY_MS };
      await pause(SLOW_MS);
      await witness.listen();
      const until = [...witness.written.keys()];
      note('analytics behind by', `${outstanding(witness, until, ['analytics'])} events`);
      await delay(OTHERS_WITHIN_MS);
      await witness.listen();
      const behind = outstanding(witness, until, ['accounting']);
      if (behind > 0) find(wrong(`accounting is behind by ${behind} events because analytics is slow`));
      proxy.hooks = {};
      await cluster.services.restart('analytics');
    } finally {
      await proxy.close();
    }
  },
};
