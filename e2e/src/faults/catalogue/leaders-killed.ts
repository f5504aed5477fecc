import { setTimeout as delay } from 'node:timers/promises';
import { wrong } from '../../finding.ts';
import type { Fault, FaultContext } from '../fault.ts';

const DOWN_MS = 5_000;
const IN_SYNC_TIMEOUT_MS = 60_000;
const POLL_MS = 250;

/** Each of three brokers dies in turn, and with it the leaders of a third of the partitions; two replicas of each. */
export const leadersKilled: Fault = {
  name: 'leaders-killed',
  about: 'three brokers, two replicas: kill -9 of each in turn, with the leaders it has',
  brokers: 3,
  invisible: true,
  async run(context) {
    const { cluster, random, pause, say } = context;
    const turns = cluster.kafka.brokers
      .map((broker, index) => ({ broker, name: `broker ${index + 1}`, place: random() }))
      .sort((one, other) => one.place - other.place);
    for (const { broker, name } of turns) {
      await pause(random() * 2_000);
      await broker.kill();
      say(`${name} is dead`);
      try {
        await pause(DOWN_MS);
      } finally {
        await broker.start();
      }
      // The next leader may die only once its replica has everything: two replicas survive one death at a time.
      await untilInSync(context);
    }
  },
};

async function untilInSync({ cluster, find, signal }: FaultContext): Promise<void> {
  const admin = cluster.outsider().admin();
  await admin.connect();
  try {
    const deadline = performance.now() + IN_SYNC_TIMEOUT_MS;
    for (;;) {
      signal.throwIfAborted();
      const { topics } = await admin.fetchTopicMetadata();
      const behind = topics.flatMap(({ name, partitions }) =>
        partitions
          .filter(({ isr, replicas }) => isr.length < replicas.length)
          .map(({ partitionId }) => `${name}/${partitionId}`),
      );
      if (behind.length === 0) return;
      if (performance.now() > deadline) {
        find(
          wrong(
            `replicas are not in sync ${IN_SYNC_TIMEOUT_MS / 1000} s after a broker came back: ${behind.join(', ')}`,
          ),
        );
        return;
      }
      await delay(POLL_MS);
    }
  } finally {
    await admin.disconnect();
  }
}
