import { assertFlowing } from '../backlog.ts';
import type { Fault } from '../fault.ts';

const DOWN_MS = 60_000;
const BEFORE_THE_END_MS = 15_000;

/** The schema registry dies in the middle and is away for a minute: what services know already keeps flowing. */
export const registryDown: Fault = {
  name: 'registry-down',
  about: `kill -9 of the schema registry, ${DOWN_MS / 1000} s down`,
  invisible: true,
  async run(context) {
    const { cluster, pause } = context;
    await cluster.registry.kill();
    try {
      await pause(DOWN_MS - BEFORE_THE_END_MS);
      const startedAtMs = performance.now();
      await assertFlowing(context, 'without a registry');
      await pause(Math.max(0, BEFORE_THE_END_MS - (performance.now() - startedAtMs)));
    } finally {
      await cluster.registry.start();
    }
  },
};
