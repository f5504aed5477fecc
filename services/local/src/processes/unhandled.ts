import type { kafkaClient } from '@finflow/chassis/events/kafka/connection';
import { topics as declaredTopics, type TopicDeclaration } from '@finflow/chassis/events/topics';

type Kafka = ReturnType<typeof kafkaClient>;

/** Records that a group of consumers has not committed yet, summed over the declared topics and their groups. */
export async function unhandledRecords(kafka: Kafka): Promise<number> {
  const topics = Object.values<TopicDeclaration>(declaredTopics);
  const admin = kafka.admin();
  await admin.connect();
  try {
    const ends = new Map<string, { low: string; high: string }>();
    for (const { name } of topics) {
      for (const { partition, low, high } of await admin.fetchTopicOffsets(name)) {
        ends.set(`${name}/${partition}`, { low, high });
      }
    }
    let unhandled = 0n;
    for (const groupId of new Set(topics.flatMap(({ consumers }) => consumers))) {
      const consumed = topics.filter(({ consumers }) => consumers.includes(groupId)).map(({ name }) => name);
      for (const { topic, partitions } of await admin.fetchOffsets({ groupId, topics: consumed })) {
        for (const { partition, offset } of partitions) {
          const { low, high } = ends.get(`${topic}/${partition}`) ?? { low: '0', high: '0' };
          // −1: nothing committed yet, so the group begins with the oldest.
          unhandled += BigInt(high) - BigInt(offset === '-1' ? low : offset);
        }
      }
    }
    return Number(unhandled);
  } finally {
    await admin.disconnect();
  }
}
