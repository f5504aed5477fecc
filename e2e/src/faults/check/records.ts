import { withAdmin } from '@finflow/chassis/events/kafka/admin';
import type { ConsumerLag } from '@finflow/chassis/events/kafka/lag';
import { topicNames, topics } from '@finflow/chassis/events/topics';
import type { Kafka } from 'kafkajs';
import { type Finding, wrong } from '../../finding.ts';

/** Every consumer group that is declared, with its topics. */
export const consumerGroups: readonly { readonly group: string; readonly topics: readonly string[] }[] = [
  ...new Set(topicNames.flatMap((name) => topics[name].consumers)),
].map((group) => ({ group, topics: topicNames.filter((name) => topics[name].consumers.includes(group)) }));

/**
 * What no member has committed yet. An event that is in every inbox may still have a record that nobody has read: one
 * that was produced again, or delivered and not committed. Whatever a second delivery does wrong, it does then.
 */
export function unread(lags: readonly ConsumerLag[]): Finding[] {
  const byGroup = Map.groupBy(lags, ({ group }) => group);
  return [...byGroup].flatMap(([group, partitions]) => {
    const records = partitions.reduce((sum, { records: behind }) => sum + behind, 0);
    return records === 0 ? [] : [wrong(`${group} has not committed ${records} records`)];
  });
}

/** How many records the topics hold. */
export async function recordsInTopics(kafka: Kafka): Promise<number> {
  return await withAdmin(kafka, async (admin) => {
    const offsets = await Promise.all(topicNames.map((topic) => admin.fetchTopicOffsets(topic)));
    return offsets.flat().reduce((sum, { high, low }) => sum + Number(high) - Number(low), 0);
  });
}
