import { serviceNames } from '@finflow/local/src/options.ts';
import { type Fault, shuffled } from '../fault.ts';

const ROUNDS = 8;

/** kill -9 of one service, two or all four at the same moment, each round anew, before the last ones are quite back. */
export const killRandom: Fault = {
  name: 'kill-random',
  about: `kill -9 of some or all services at random points, ${ROUNDS} times`,
  async run({ cluster, random, pause, say }) {
    for (let round = 1; round <= ROUNDS; round++) {
      await pause(random() * 4_000);
      const victims = shuffled(serviceNames, random).slice(0, [1, 1, 2, 4][Math.floor(random() * 4)]);
      for (const name of victims) cluster.services.signal(name, 'SIGKILL');
      say(`round ${round} of ${ROUNDS}: ${victims.join(', ')}`);
    }
    for (const name of serviceNames) await cluster.services.ready(name);
  },
};
