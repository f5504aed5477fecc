import type { EventHeaders, EventRecord } from '../events/bus.ts';
import { type EventCodec, EventFormatError } from '../events/codec.ts';
import { type EventPayloads, isTopic, type Topic } from '../events/topics.ts';
import { derivedId } from '../ids.ts';

/** An event as a handler gets it. */
export interface ReceivedEvent<T extends Topic = Topic> {
  readonly id: string;
  readonly topic: T;
  readonly key: string;
  readonly organizationId: string;
  readonly payload: EventPayloads[T];
  readonly occurredAt: Date;
  readonly headers: EventHeaders;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const NO_ORGANIZATION = '00000000-0000-0000-0000-000000000000';

/** Whose event it is, and which. A record whose headers do not say gets stand-ins, so that it can be put aside. */
export function identify(record: EventRecord): { organizationId: string; id: string } {
  const { organizationId, id } = record.headers;
  return {
    // In lower case, as the database gives them back.
    organizationId: UUID.test(organizationId) ? organizationId.toLowerCase() : NO_ORGANIZATION,
    // The same for the same bytes, so that a redelivery is recognized.
    id: UUID.test(id) ? id.toLowerCase() : derivedId(record.topic, record.key, record.value),
  };
}

/** Reads a record. Throws EventFormatError when it cannot be read, DomainError UNAVAILABLE when not now. */
export async function receive(record: EventRecord, codec: EventCodec): Promise<ReceivedEvent> {
  const { topic, key, value, headers } = record;
  if (!isTopic(topic)) throw new EventFormatError(`The topic "${topic}" is not declared.`);
  if (!UUID.test(headers.id)) throw new EventFormatError('The header "id" is not a UUID.');
  if (!UUID.test(headers.organizationId)) throw new EventFormatError('The header "organizationId" is not a UUID.');
  const occurredAt = new Date(headers.occurredAt);
  if (Number.isNaN(occurredAt.getTime())) throw new EventFormatError('The header "occurredAt" is not an instant.');
  const payload = await codec.decode(topic, value);
  return { ...identify(record), topic, key, payload, occurredAt, headers };
}
