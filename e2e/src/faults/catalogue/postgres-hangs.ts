import type { Fault } from '../fault.ts';

const AWAY_MS = 30_000;

/** The database keeps its connections and answers nothing (SIGSTOP of all its processes). */
export const postgresHangs: Fault = {
  name: 'postgres-hangs',
  about: `PostgreSQL is there and answers nothing for ${AWAY_MS / 1000} s`,
  async run({ cluster, pause }) {
    const resume = await cluster.database.pause();
    try {
      await pause(AWAY_MS);
    } finally {
      resume();
    }
  },
};
