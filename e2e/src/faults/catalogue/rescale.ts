import type { Fault } from '../fault.ts';

const ROUNDS = 10;
const CONSUMERS = ['accounting', 'accounting', 'analytics', 'analytics'] as const;

/** Consumers come and go: at each rebalance a partition changes hands, which is where order breaks and doubles arise. */
export const rescale: Fault = {
  name: 'rescale',
  about: `accounting and analytics from 1 to 3 instances and back, ${ROUNDS} times`,
  invisible: true,
  async run({ cluster, random, pause, say }) {
    for (let round = 1; round <= ROUNDS; round++) {
      const more = await Promise.all(CONSUMERS.map((name) => cluster.services.another(name)));
      await pause(random() * 2_000);
      await Promise.all(more.map((service) => cluster.services.remove(service)));
      say(`round ${round} of ${ROUNDS}`);
    }
  },
};
