import { topicNames } from '@finflow/chassis/events/topics';
import type { Kafka } from 'kafkajs';
import { eventually } from '../../eventually.ts';
import type { Witness } from '../cluster/witness.ts';

const PATIENCE_MS = 30_000;

/**
 * How many records more the topics hold than events were written: what was produced again, and what outsiders produced.
 * To be asked while nothing is on its way.
 */
export async function surplusRecords(kafka: Kafka, { written }: Witness): Promise<number> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    // A broker that has just become a leader again says for a moment that it is none.
    const offsets = await eventually(
      () => Promise.all(topicNames.map((topic) => admin.fetchTopicOffsets(topic))),
      PATIENCE_MS,
    );
    return offsets.flat().reduce((sum, { high, low }) => sum + Number(high) - Number(low), 0) - written.size;
  } finally {
    await admin.disconnect();
  }
}
