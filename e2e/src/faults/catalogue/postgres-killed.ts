import type { Fault } from '../fault.ts';

const KILLS = 3;
const DOWN_MS = 3_000;

/** The database server of all services dies, and goes through crash recovery. */
export const postgresKilled: Fault = {
  name: 'postgres-killed',
  about: `kill -9 of PostgreSQL, ${KILLS} times, ${DOWN_MS / 1000} s down each`,
  async run({ cluster, random, pause, say }) {
    for (let kill = 1; kill <= KILLS; kill++) {
      await pause(1_000 + random() * 5_000);
      await cluster.database.kill();
      try {
        await pause(DOWN_MS);
      } finally {
        await cluster.database.restart();
      }
      say(`kill ${kill} of ${KILLS}`);
    }
  },
};
