import type { IHeaders, KafkaMessage } from 'kafkajs';
import type { EventHeaders, EventRecord } from '../bus.ts';

/** What is sent: the Confluent frame, under the event's key, with its headers. */
export function toMessage({ key, value, headers }: EventRecord) {
  const present = Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { key, value, headers: Object.fromEntries(present) };
}

/**
 * What is received. A record that another program wrote may lack anything; what is missing is empty here, and the
 * inbox puts such a record aside as one that cannot be read.
 */
export function toRecord(topic: string, { key, value, headers = {} }: KafkaMessage): EventRecord {
  return {
    topic,
    key: key?.toString() ?? '',
    value: value ?? Buffer.alloc(0),
    headers: { ...required, ...textsOf(headers) },
  };
}

const required: EventHeaders = { id: '', type: '', schemaVersion: '', organizationId: '', occurredAt: '' };

function textsOf(headers: IHeaders): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    const last = Array.isArray(value) ? value.at(-1) : value;
    if (last !== undefined) texts[name] = last.toString();
  }
  return texts;
}
