import { topicNames } from '@finflow/chassis/events/topics';
import type { Kafka } from 'kafkajs';
import type { Witness } from '../cluster/witness.ts';

/**
 * How many records more the topics hold than events were written: what was produced again, and what outsiders produced.
 * To be asked while nothing is on its way.
 */
export async function surplusRecords(kafka: Kafka, { written }: Witness): Promise<number> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const offsets = (await Promise.all(topicNames.map((topic) => admin.fetchTopicOffsets(topic)))).flat();
    return offsets.reduce((sum, { high, low }) => sum + Number(high) - Number(low), 0) - written.size;
  } finally {
    await admin.disconnect();
  }
}
