import { assertFlowing } from '../backlog.ts';
import type { Fault } from '../fault.ts';

/** The schema registry dies in the middle and is away for a while: what services know already keeps flowing. */
export function registryDown(downMs: number): Fault {
  return {
    name: 'registry-down',
    about: `kill -9 of the schema registry, ${downMs / 1000} s down`,
    invisible: true,
    async run(context) {
      const { cluster, pause } = context;
      await cluster.registry.kill();
      try {
        await pause(downMs);
        await assertFlowing(context, 'without a registry');
      } finally {
        await cluster.registry.start();
      }
    },
  };
}
