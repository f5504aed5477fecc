import { type EventPayloads, schemas, type Topic, type TopicDeclaration, topics } from '@finflow/proto/events/index';
import type avsc from 'avsc';
import { avroType } from './avro.ts';

export type { EventPayloads, Topic, TopicDeclaration };
export { topics };

/** Every topic's name, sorted. */
export const topicNames: readonly Topic[] = (Object.keys(topics) as Topic[]).sort();

/** The topics that a service publishes or consumes. */
export function topicsOf(service: string): Topic[] {
  return topicNames.filter((name) => topics[name].producer === service || topics[name].consumers.includes(service));
}

/** The Avro type of each topic's payload, as this build knows it. */
export const payloadTypes: Readonly<Record<Topic, avsc.Type>> = Object.fromEntries(
  topicNames.map((topic) => [topic, avroType(schemas[topic])]),
) as Record<Topic, avsc.Type>;

/** The schema of a topic's payload as the registry keeps it. */
export function schemaText(topic: Topic): string {
  return JSON.stringify(schemas[topic]);
}

export function isTopic(name: string): name is Topic {
  return Object.hasOwn(topics, name);
}

/** The key of a topic's record: the first of its declared key fields that has a value. */
export function keyOf(topic: Topic, payload: object): string {
  for (const field of topics[topic].key) {
    const value = (payload as Record<string, unknown>)[field];
    if (typeof value === 'string' && value !== '') return value;
  }
  throw new TypeError(`${topic}: none of its key fields (${topics[topic].key.join(', ')}) has a value`);
}
