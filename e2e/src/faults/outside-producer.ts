import { partitionOf } from '@finflow/chassis/events/kafka/partitioner';
import { type Topic, topics } from '@finflow/chassis/events/topics';
import { newId } from '@finflow/chassis/ids';
import type { FaultContext } from './fault.ts';

/** A record as somebody else's program writes it. */
export interface OutsideRecord {
  readonly value: Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Produces a record into every partition of a topic, past our outbox, each with a key of its own; every group that
 * consumes the topic must put it aside.
 */
export async function produceFromOutside(
  { cluster, expectDeadLetter }: FaultContext,
  topic: Topic,
  record: () => OutsideRecord,
): Promise<void> {
  const { partitions, consumers } = topics[topic];
  const producer = cluster.outsider().producer({ allowAutoTopicCreation: false });
  await producer.connect();
  try {
    for (let partition = 0; partition < partitions; partition++) {
      const key = keyOn(partition, partitions);
      expectDeadLetter(key, consumers);
      const { value, headers } = record();
      await producer.send({ topic, acks: -1, messages: [{ key, value, headers: { ...headers }, partition }] });
    }
  } finally {
    await producer.disconnect();
  }
}

function keyOn(partition: number, partitions: number): string {
  for (;;) {
    const key = newId();
    if (partitionOf(key, partitions) === partition) return key;
  }
}
