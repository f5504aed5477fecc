import type { Kafka } from 'kafkajs';
import { withAdmin } from './admin.ts';

/** How far a group is behind the end of a partition. */
export interface ConsumerLag {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  /** Records that no member has committed yet. */
  readonly records: number;
}

/**
 * The lag of groups by what they committed, which says the truth also of a group whose members are stuck or gone.
 *
 * @param nameOf the name in the cluster of a topic or group
 */
export async function lagOf(
  kafka: Kafka,
  groups: readonly { readonly group: string; readonly topics: readonly string[] }[],
  nameOf: (name: string) => string,
): Promise<ConsumerLag[]> {
  return await withAdmin(kafka, async (admin) => {
    const lags = groups.map(async ({ group, topics }) => {
      const committed = await admin.fetchOffsets({ groupId: nameOf(group), topics: topics.map(nameOf) });
      const ofTopics = topics.map(async (topic) => {
        const ends = await admin.fetchTopicOffsets(nameOf(topic));
        const offsets = committed.find((entry) => entry.topic === nameOf(topic))?.partitions ?? [];
        // Brokers answer in any order.
        const inOrder = [...ends].sort((a, b) => a.partition - b.partition);
        return inOrder.map(({ partition, high, low }): ConsumerLag => {
          const offset = Number(offsets.find((entry) => entry.partition === partition)?.offset ?? -1);
          // Nothing committed: everything that is still there. Older than that: the rest is gone anyway.
          return { group, topic, partition, records: Number(high) - Math.max(offset, Number(low)) };
        });
      });
      return (await Promise.all(ofTopics)).flat();
    });
    return (await Promise.all(lags)).flat();
  });
}
