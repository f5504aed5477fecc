import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { EventRecord } from '../../src/events/bus.ts';
import { newId } from '../../src/ids.ts';
import { RecordingBus } from '../../src/testing/recording-bus.ts';
import { EventFlow, note, paymentCompleted, paymentRefunded } from '../events/event-flow.ts';

/** Records that no handler can be given: each is kept as it came, once, and those behind it go on. */
let bus: RecordingBus;
let flow: EventFlow;
const acme = newId();
const NOBODY = '00000000-0000-0000-0000-000000000000';

beforeEach(async () => {
  bus = new RecordingBus();
  flow = await EventFlow.open(bus);
});

afterEach(async () => {
  await flow?.close();
});

const unknownSchema = Buffer.from([0, 0, 0x0f, 0x42, 0x40, 2, 2]);
const withHeaders = (headers: Record<string, string | undefined>) => (record: EventRecord) => ({
  ...record,
  headers: { ...record.headers, ...headers } as EventRecord['headers'],
});
const withValue = (value: Buffer) => (record: EventRecord) => ({ ...record, value });

interface Poison {
  readonly spoil: (record: EventRecord) => EventRecord;
  readonly reason: RegExp;
  readonly organizationId?: string;
}

const poisons: Record<string, Poison> = {
  'an empty value': { spoil: withValue(Buffer.alloc(0)), reason: /^EventFormatError: payment_completed: / },
  'no frame': { spoil: withValue(Buffer.from('{"amount": 1}')), reason: /^EventFormatError: payment_completed: / },
  'a frame cut short': {
    spoil: (record) => withValue(record.value.subarray(0, 20))(record),
    reason: /^EventFormatError/,
  },
  'a schema id nobody knows': { spoil: withValue(unknownSchema), reason: /^EventFormatError: payment_completed: / },
  'an id that is no UUID': { spoil: withHeaders({ id: '17' }), reason: /The header "id" is not a UUID/ },
  'no id': { spoil: withHeaders({ id: '' }), reason: /The header "id" is not a UUID/ },
  'no organization': {
    spoil: withHeaders({ organizationId: '' }),
    reason: /The header "organizationId" is not a UUID/,
    organizationId: NOBODY,
  },
  'an organization that is no UUID': {
    spoil: withHeaders({ organizationId: 'acme' }),
    reason: /The header "organizationId" is not a UUID/,
    organizationId: NOBODY,
  },
  'no headers at all': {
    spoil: withHeaders({ id: '', organizationId: '', occurredAt: '', type: '', schemaVersion: '' }),
    reason: /The header "id" is not a UUID/,
    organizationId: NOBODY,
  },
  'no instant': {
    spoil: withHeaders({ occurredAt: 'yesterday' }),
    reason: /The header "occurredAt" is not an instant/,
  },
  'characters that no database keeps': {
    spoil: (record) => ({ ...withHeaders({ id: 'a\0b', 'x-\0': '\ud800' })(record), key: 'k\0' }),
    reason: /The header "id" is not a UUID/,
  },
};

describe.each(Object.entries(poisons))('a record with %s', (_name, { spoil, reason, organizationId = acme }) => {
  test('is kept, once, and those behind it go on', async () => {
    await flow.group();
    const invoiceId = newId();
    const [first, second] = [paymentCompleted(acme, { invoiceId }), paymentCompleted(acme, { invoiceId })];
    const before = await bus.record(first);
    const poison = spoil(await bus.record(paymentCompleted(acme, { invoiceId })));
    const behind = await bus.record(second);
    await bus.deliver([before, poison, behind]);
    await bus.deliver([poison, behind]);
    expect((await flow.effects(acme)).map(({ event_id }) => event_id)).toEqual([first.id, second.id]);
    const letters = await flow.deadLetters();
    expect(letters).toEqual([
      expect.objectContaining({
        organization_id: organizationId,
        topic: 'payment_completed',
        value: poison.value,
        reason: expect.stringMatching(reason),
        // What cannot be read now cannot be read a moment later.
        attempts: 1,
      }),
    ]);
    expect(Object.keys(letters[0]?.headers ?? {})).toHaveLength(Object.keys(poison.headers).length);
  });
});

test('a record in the schema of another topic is kept, and those behind it go on', async () => {
  await flow.group();
  const good = paymentCompleted(acme);
  const refund = await bus.record(paymentRefunded(acme, newId()));
  await bus.deliver([{ ...refund, topic: 'payment_completed' }, await bus.record(good)]);
  expect((await flow.effects(acme)).map(({ event_id }) => event_id)).toEqual([good.id]);
  expect(await flow.deadLetters()).toEqual([
    expect.objectContaining({ reason: expect.stringMatching(/^EventFormatError: payment_completed: /), attempts: 1 }),
  ]);
});

test('an event of one organization in the name of another is refused by the database', async () => {
  const globex = newId();
  // The handler trusts the payload; the transaction is of the organization in the header.
  await flow.group({
    handlers: {
      payment_completed: (tx, event) => note(tx, { ...event, organizationId: event.payload.organizationId }),
    },
  });
  const record = await bus.record(paymentCompleted(acme));
  await bus.deliver([{ ...record, headers: { ...record.headers, organizationId: globex } }]);
  expect([...(await flow.effects(acme)), ...(await flow.effects(globex))]).toEqual([]);
  expect(await flow.deadLetters()).toEqual([
    expect.objectContaining({ organization_id: globex, code: 'SQLSTATE_42501', attempts: 3 }),
  ]);
});

test('ids written in capitals are the same ids', async () => {
  await flow.group();
  const event = paymentCompleted(acme);
  const record = await bus.record(event);
  const shouted = withHeaders({ id: event.id.toUpperCase(), organizationId: acme.toUpperCase() })(record);
  await bus.deliver([shouted]);
  await bus.deliver([shouted, record]);
  expect((await flow.effects(acme)).map(({ event_id }) => event_id)).toEqual([event.id]);
  expect(await flow.deadLetters()).toEqual([]);
});
