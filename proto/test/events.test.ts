import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import avsc from 'avsc';
import { type JournalEntryPosted, schemas, type Topic, topics } from '../gen/events/index.ts';
import { type AvroSchema, incompatibility } from '../scripts/event-evolution.ts';
import { renderEvents } from '../scripts/generate-events.ts';

const contracts = join(import.meta.dirname, '../events');
const generated = join(import.meta.dirname, '../gen/events');
const names = Object.keys(topics) as Topic[];

describe('generated events', () => {
  test('are what the contracts say', () => {
    const present = readdirSync(generated).map((file) => [file, readFileSync(join(generated, file), 'utf8')]);
    expect(new Map(present as [string, string][])).toEqual(renderEvents(contracts));
  });

  test.each(names)('%s has a schema Avro accepts, with a key that is always there', (name) => {
    const type = avsc.Type.forSchema(schemas[name] as unknown as AvroSchema, { registry: {} }) as avsc.types.RecordType;
    const key = type.fields.find((field) => field.name === topics[name].key.at(-1));
    expect(key?.type.typeName).toBe('string');
  });

  test('carry whole entries, null for what is absent', () => {
    const entry: JournalEntryPosted = {
      id: '0198c0de-0000-7000-8000-000000000001',
      organizationId: '0198c0de-0000-7000-8000-000000000002',
      date: '2026-03-31',
      description: 'Rent',
      source: 'manual:1',
      invoiceId: null,
      reversesEntryId: null,
      lines: [line('6200', 120_000n), line('1000', -120_000n)],
      postedAt: '2026-03-31T08:00:00.000Z',
    };
    const type = avsc.Type.forSchema(schemas.journal_entry_posted as unknown as AvroSchema, { registry: { long } });
    expect(type.fromBuffer(type.toBuffer(entry))).toEqual(entry);
  });
});

describe('the generator refuses', () => {
  let scratch: string;

  beforeEach(() => {
    scratch = mkdtempSync(join(tmpdir(), 'finflow-events-'));
    cpSync(contracts, scratch, { recursive: true });
  });

  afterEach(() => rmSync(scratch, { recursive: true, force: true }));

  const edit = (file: string, from: string, to: string) => {
    const text = readFileSync(join(scratch, file), 'utf8');
    expect(text).toContain(from);
    writeFileSync(join(scratch, file), text.replace(from, to));
  };

  test('a topic without a schema', () => {
    edit('topics.json', '"invoice_created"', '"invoice_made"');
    expect(() => renderEvents(scratch)).toThrow(/must go together: .*invoice_created.*invoice_made/);
  });

  test('a key that may be null, or that the schema does not have', () => {
    edit('topics.json', '["invoiceId", "id"]', '["id", "invoiceId"]');
    expect(() => renderEvents(scratch)).toThrow('the key of payment_completed may be null');
    edit('topics.json', '["id", "invoiceId"]', '["orderId", "id"]');
    expect(() => renderEvents(scratch)).toThrow('payment_completed has no field orderId or id');
  });

  test('a field without a comment', () => {
    edit('invoice_created.avsc', '"doc": "Its number."', '"doc": ""');
    expect(() => renderEvents(scratch)).toThrow('invoice_created.avsc: InvoiceCreated.number has no doc');
  });

  test('a floating-point amount of single precision, and any other type events do not use', () => {
    edit('invoice_created.avsc', '"type": "long"', '"type": "float"');
    expect(() => renderEvents(scratch)).toThrow('InvoiceCreated.amount has a type events do not use: "float"');
  });
});

describe('a schema evolves', () => {
  const schema = (...fields: object[]) => ({ type: 'record', name: 'Event', fields }) as unknown as AvroSchema;
  const id = { name: 'id', type: 'string' };
  const note = { name: 'note', type: ['null', 'string'], default: null };

  test('by a new field with a default, and by dropping a field', () => {
    expect(incompatibility(schema(id, note), [schema(id)])).toBeUndefined();
    expect(incompatibility(schema(id), [schema(id, note)])).toBeUndefined();
  });

  test('not by a new field without a default, nor by another type', () => {
    expect(incompatibility(schema(id, { name: 'note', type: 'string' }), [schema(id)])).toMatch(/note/);
    expect(incompatibility(schema({ name: 'id', type: 'int' }), [schema(id)])).toMatch(/cannot read "string" as "int"/);
  });

  test('against every former version, not only the last', () => {
    const withText = schema(id, { name: 'note', type: 'string' });
    const withNumber = schema(id, { name: 'note', type: ['null', 'long'], default: null });
    expect(incompatibility(withNumber, [schema(id)])).toBeUndefined();
    expect(incompatibility(withNumber, [schema(id), withText])).toBeDefined();
  });
});

const line = (accountCode: string, amountMinor: bigint) => ({
  accountId: '0198c0de-0000-7000-8000-000000000003',
  accountCode,
  accountName: 'Account',
  accountType: 'ASSET',
  isCash: true,
  isReceivable: false,
  currency: 'USD',
  amountMinor,
});

const long = avsc.types.LongType.__with({
  fromBuffer: (buffer: Buffer) => buffer.readBigInt64LE(),
  toBuffer: (value: bigint) => {
    const buffer = Buffer.alloc(8);
    buffer.writeBigInt64LE(value);
    return buffer;
  },
  fromJSON: BigInt,
  toJSON: Number,
  isValid: (value: unknown) => typeof value === 'bigint',
  compare: (left: bigint, right: bigint) => (left < right ? -1 : left > right ? 1 : 0),
});
