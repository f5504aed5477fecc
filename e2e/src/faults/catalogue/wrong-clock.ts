import { serviceNames } from '@finflow/local/src/options.ts';
import { type Fault, shuffled } from '../fault.ts';

const MINUTES = [10, -10];
const WRONG_MS = 4_000;
const preload = new URL('../shifted-clock.ts', import.meta.url);

/** Each service in turn works with a clock that is ten minutes fast, then slow: tokens look expired, times run back. */
export const wrongClock: Fault = {
  name: 'wrong-clock',
  about: 'the clock of each service in turn is 10 minutes fast, then 10 minutes slow',
  async run({ cluster, random, pause, say }) {
    for (const name of shuffled(serviceNames, random)) {
      for (const minutes of MINUTES) {
        await cluster.services.restart(name, { NODE_OPTIONS: `--import=${preload.href}?minutes=${minutes}` });
        say(`${name} is ${Math.abs(minutes)} minutes ${minutes > 0 ? 'fast' : 'slow'}`);
        await pause(WRONG_MS);
      }
      await cluster.services.restart(name);
    }
  },
};
