import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { EventPayloads } from '@finflow/proto/events/index';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DomainError } from '../../src/errors.ts';
import { avroType, fromPlainJson, toPlainJson } from '../../src/events/avro.ts';
import { EventCodec, EventFormatError } from '../../src/events/codec.ts';
import { SchemaError } from '../../src/events/schemas.ts';
import { keyOf, payloadTypes } from '../../src/events/topics.ts';
import { newId } from '../../src/ids.ts';
import { paymentCompleted } from './event-flow.ts';

type Entry = EventPayloads['journal_entry_posted'];

/** A registry with these answers, by the path that is asked for: a status, and a body in JSON or as it is. */
async function withRegistry(
  answerTo: (path: string) => [status: number, body: object | string],
  work: (url: string) => Promise<void>,
): Promise<void> {
  const registry = createServer((request, response) => {
    const [status, body] = answerTo(request.url ?? '');
    response.writeHead(status, { 'content-type': typeof body === 'string' ? 'text/html' : 'application/json' });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  }).listen(0, '127.0.0.1');
  await once(registry, 'listening');
  try {
    await work(`http://127.0.0.1:${(registry.address() as AddressInfo).port}`);
  } finally {
    registry.close();
    registry.closeAllConnections();
  }
}

const text = fc.string({ unit: 'grapheme', maxLength: 20 });
const line: fc.Arbitrary<Entry['lines'][number]> = fc.record({
  accountId: fc.uuid(),
  accountCode: text,
  accountName: text,
  accountType: text,
  isCash: fc.boolean(),
  isReceivable: fc.boolean(),
  currency: text,
  amountMinor: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
});
const entry: fc.Arbitrary<Entry> = fc.record({
  id: fc.uuid(),
  organizationId: fc.uuid(),
  date: text,
  description: text,
  source: text,
  invoiceId: fc.option(fc.uuid()),
  reversesEntryId: fc.option(fc.uuid()),
  lines: fc.array(line, { maxLength: 5 }),
  postedAt: text,
});

describe('event codec', () => {
  test('gives back what it was given, by way of the outbox and of the wire', async () => {
    const codec = new EventCodec();
    await fc.assert(
      fc.asyncProperty(entry, async (payload) => {
        const stored = fromPlainJson(payloadTypes.journal_entry_posted, JSON.parse(toPlainJson(payload))) as Entry;
        expect(
          await codec.decode('journal_entry_posted', (await codec.writer()).frame('journal_entry_posted', stored)),
        ).toEqual(payload);
      }),
    );
  });

  test('writes the Confluent frame: a zero byte, the schema id, the payload', async () => {
    const { payload } = paymentCompleted(newId());
    const frame = (await new EventCodec().writer()).frame('payment_completed', payload);
    expect(frame[0]).toBe(0);
    expect(frame.readInt32BE(1)).toBeGreaterThan(0);
    expect(frame.subarray(5)).toEqual(payloadTypes.payment_completed.toBuffer(payload));
  });

  test('two codecs on mock:// understand each other', async () => {
    const { payload } = paymentCompleted(newId());
    const frame = (await new EventCodec().writer()).frame('payment_completed', payload);
    expect(await new EventCodec().decode('payment_completed', frame)).toEqual(payload);
  });

  test('tells bytes that are no event from a registry that does not answer', async () => {
    const codec = new EventCodec();
    const frame = (await codec.writer()).frame('payment_completed', paymentCompleted(newId()).payload);
    const unknownSchema = Buffer.from(frame);
    unknownSchema.writeInt32BE(999, 1);
    const cutShort = [0, 1, 2, 4, 5, 12, frame.length - 1].map((length) => frame.subarray(0, length));
    for (const bytes of [...cutShort, Buffer.from('hello'), unknownSchema]) {
      await expect(codec.decode('payment_completed', bytes)).rejects.toThrow(EventFormatError);
    }
    const deaf = new EventCodec('http://127.0.0.1:1', { register: true });
    await expect(deaf.decode('payment_completed', frame)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });

  test.each([
    [404, { error_code: 40403, message: 'no' }, EventFormatError],
    [404, { error_code: 404, message: 'no' }, DomainError],
    [404, '<h1>Not found</h1>', DomainError],
    [400, '<h1>The plain HTTP request was sent to HTTPS port</h1>', DomainError],
    [422, '', DomainError],
    [401, { error_code: 401, message: 'no' }, DomainError],
    [403, { error_code: 403, message: 'no' }, DomainError],
    [503, { error_code: 503, message: 'no' }, DomainError],
  ])('what answers %i with %j to the id of a schema means %p', async (status, body, kind) => {
    const found = { id: 7, version: 1, schema: '{}' };
    const answerTo = (path: string): [number, object | string] =>
      path.startsWith('/schemas/ids/') ? [status, body] : [200, found];
    await withRegistry(answerTo, async (url) => {
      const frame = (await new EventCodec().writer()).frame('payment_completed', paymentCompleted(newId()).payload);
      await expect(new EventCodec(url).decode('payment_completed', frame)).rejects.toThrow(kind);
    });
  });

  test('says that schemas are missing to a registry that has another code for each thing it lacks', async () => {
    // As Confluent's and Karapace do; Apicurio's has 40401 for the compatibility too.
    const answerTo = (path: string): [number, object] => [
      404,
      { error_code: path.startsWith('/config/') ? 40408 : 40401, message: 'no' },
    ];
    await withRegistry(answerTo, async (url) => {
      const start = new EventCodec(url).start();
      await expect(start).rejects.toThrow(SchemaError);
      await expect(start).rejects.toThrow('npm run schemas -- register');
    });
  });

  test('the key of a record is the first of its declared key fields that has a value', () => {
    const { payload } = paymentCompleted(newId());
    expect(keyOf('payment_completed', payload)).toBe(payload.id);
    const invoiceId = newId();
    expect(keyOf('payment_completed', { ...payload, invoiceId })).toBe(invoiceId);
    expect(() => keyOf('payment_completed', { ...payload, id: '' })).toThrow(TypeError);
  });
});

describe('plain JSON', () => {
  const type = avroType({
    type: 'record',
    name: 'R',
    fields: [
      { name: 'total', type: 'long' },
      { name: 'counts', type: { type: 'map', values: 'long' } },
      { name: 'added', type: ['null', 'long'], default: null },
    ],
  });

  test('takes a long as digits or as a whole number, and an absent field from its default', () => {
    expect(fromPlainJson(type, { total: '9007199254740993', counts: { a: 1 } })).toEqual({
      total: 9007199254740993n,
      counts: { a: 1n },
      added: null,
    });
    expect(fromPlainJson(type, { total: 1, counts: {}, added: '-5' })).toMatchObject({ added: -5n });
  });
});
