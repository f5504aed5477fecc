import type { ServiceName } from '@finflow/local/src/options.ts';
import type { Fault } from '../fault.ts';

/** kill -9 of one service, a few times at moments the seed chooses; its supervisor starts it again. */
export function killService(service: ServiceName, kills: number): Fault {
  return {
    name: `kill-${service}`,
    about: `kill -9 of ${service}, ${kills === 1 ? 'once' : `${kills} times`} while it works`,
    async run({ cluster, random, pause, say }) {
      for (let kill = 1; kill <= kills; kill++) {
        await pause(500 + random() * 3_000);
        await cluster.services.kill(service);
        say(`kill ${kill} of ${kills}`);
      }
    },
  };
}
