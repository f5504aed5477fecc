import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { EntitySchema } from 'typeorm';
import { bigintColumn, instantColumn, organizationIdColumn, textColumn, uuidColumn } from '../src/database/columns.ts';
import { Database } from '../src/database/database.ts';
import { newId } from '../src/ids.ts';
import { applyListing, type ListingRules, listingSql, parseListing, type SortField, toPage } from '../src/paging.ts';
import type { TestDatabase } from '../src/testing/postgres.ts';
import { chassisDatabase } from './schema.ts';

interface Note {
  organizationId: string;
  id: string;
  text: string;
  amount: bigint;
  createdAt: Date;
}

const noteSchema = new EntitySchema<Note>({
  name: 'notes',
  columns: {
    organizationId: organizationIdColumn(),
    id: uuidColumn({ primary: true }),
    text: textColumn(),
    amount: bigintColumn(),
    createdAt: instantColumn(),
  },
});

const allowed: Record<string, SortField<Note>> = {
  id: { sql: 'note.id', type: 'uuid', value: ({ id }) => id },
  text: { sql: 'note.text', type: 'text', value: ({ text }) => text },
  amount: { sql: 'note.amount', type: 'bigint', value: ({ amount }) => amount },
  created_at: { sql: 'note.createdAt', type: 'timestamptz', value: ({ createdAt }) => createdAt },
};
const rules: ListingRules<Note> = { allowed, defaultOrder: 'created_at desc' };
const request = { pageSize: 0, pageToken: '', orderBy: '' };

describe('parseListing', () => {
  test('has bounds for the page size', () => {
    expect(parseListing(request, rules).pageSize).toBe(50);
    expect(parseListing({ ...request, pageSize: 200 }, rules).pageSize).toBe(200);
    for (const pageSize of [-1, 201, 1.5]) {
      expect(() => parseListing({ ...request, pageSize }, rules)).toThrow(
        expect.objectContaining({
          code: 'INVALID_ARGUMENT',
          fields: [expect.objectContaining({ field: 'page_size' })],
        }),
      );
    }
  });

  test.each(['colour', 'text sideways', 'text desc desc', 'text,text', 'constructor', 'text;drop table notes', ','])(
    'refuses the order "%s"',
    (orderBy) => {
      expect(() => parseListing({ ...request, orderBy }, rules)).toThrow(
        expect.objectContaining({ code: 'INVALID_ARGUMENT', fields: [expect.objectContaining({ field: 'order_by' })] }),
      );
    },
  );
});

describe('paging through a table', () => {
  let db: TestDatabase;
  let database: Database;
  const organizationId = newId();

  beforeAll(async () => {
    db = await chassisDatabase();
    database = new Database({ url: db.url, entities: [noteSchema] });
    await database.connect();
    // Few different values, so that most rows are equal in what they are ordered by.
    const notes = Array.from({ length: 40 }, (_, index) => ({
      organizationId,
      id: newId(),
      text: `t${index % 3}`,
      amount: BigInt(index % 4) - 2n,
      createdAt: new Date(Date.UTC(2026, 0, 1 + (index % 5), 0, 0, 0, index % 2)),
    }));
    await database.tenant(organizationId, (tx) => tx.getRepository(noteSchema).insert(notes));
  });

  afterAll(async () => {
    await database?.close();
    await db?.drop();
  });

  const pageOf = async (pageSize: number, orderBy: string, pageToken: string) => {
    const listing = parseListing({ pageSize, pageToken, orderBy }, rules);
    const rows = await database.tenant(organizationId, (tx) =>
      applyListing(tx.getRepository(noteSchema).createQueryBuilder('note'), listing).getMany(),
    );
    return toPage(listing, rows);
  };

  const idsByPages = async (pageSize: number, orderBy: string): Promise<string[]> => {
    const ids: string[] = [];
    let token = '';
    do {
      const page = await pageOf(pageSize, orderBy, token);
      expect(page.rows.length).toBeLessThanOrEqual(pageSize);
      ids.push(...page.rows.map(({ id }) => id));
      token = page.nextPageToken;
    } while (token !== '');
    return ids;
  };

  test('gives every row once and in order, whatever the order and the size of the pages', async () => {
    const field = fc.constantFrom(...Object.keys(allowed));
    const part = fc.tuple(field, fc.constantFrom('', ' desc', ' asc'));
    const order = fc.uniqueArray(part, { minLength: 1, maxLength: 3, selector: ([name]) => name });
    await fc.assert(
      fc.asyncProperty(order, fc.integer({ min: 1, max: 45 }), async (parts, pageSize) => {
        const orderBy = parts.map(([name, direction]) => `${name}${direction}`).join(', ');
        const whole = await pageOf(200, orderBy, '');
        expect(whole.nextPageToken).toBe('');
        expect(await idsByPages(pageSize, orderBy)).toEqual(whole.rows.map(({ id }) => id));
      }),
      { numRuns: 40 },
    );
  });

  test('neither repeats nor skips rows when others come meanwhile', async () => {
    const before = (await pageOf(200, 'text', '')).rows.map(({ id }) => id);
    const first = await pageOf(20, 'text', '');
    const added = { organizationId, id: newId(), text: 'a', amount: 0n, createdAt: new Date('2026-01-01T00:00:00Z') };
    await database.tenant(organizationId, (tx) => tx.getRepository(noteSchema).insert(added));
    const second = await pageOf(200, 'text', first.nextPageToken);
    await database.tenant(organizationId, (tx) => tx.getRepository(noteSchema).delete({ id: added.id }));
    expect([...first.rows, ...second.rows].map(({ id }) => id)).toEqual(before);
  });

  test('serves hand-written SQL with the same tokens', async () => {
    const first = await pageOf(10, 'amount desc', '');
    const sqlRules = { ...rules, allowed };
    const listing = parseListing({ pageSize: 10, pageToken: first.nextPageToken, orderBy: 'amount desc' }, sqlRules);
    const { where, orderBy, limit, parameters } = listingSql(listing, 2);
    const rows: { id: string }[] = await database.tenant(organizationId, (tx) =>
      tx.query(`select id from notes note where organization_id = $1 and ${where} order by ${orderBy} limit ${limit}`, [
        organizationId,
        ...parameters,
      ]),
    );
    const second = await pageOf(10, 'amount desc', first.nextPageToken);
    expect(rows.slice(0, 10).map(({ id }) => id)).toEqual(second.rows.map(({ id }) => id));
  });

  test('refuses tokens that are damaged, or of another order or filter', async () => {
    const { nextPageToken } = await pageOf(5, 'text', '');
    const forged = (values: unknown): string => Buffer.from(JSON.stringify(values)).toString('base64url');
    const [digest] = JSON.parse(Buffer.from(nextPageToken, 'base64url').toString());
    const refused = [
      { pageToken: 'x' },
      { pageToken: nextPageToken.slice(0, -2) },
      { pageToken: nextPageToken, orderBy: 'text desc' },
      { pageToken: nextPageToken, orderBy: 'amount' },
      { pageToken: nextPageToken, orderBy: 'text', filters: { status: 'PAID' } },
      { pageToken: forged([digest, 't1']), orderBy: 'text' },
      { pageToken: forged([digest, 't1', 'not-a-uuid']), orderBy: 'text' },
      { pageToken: forged([digest, 't1', 7]), orderBy: 'text' },
      { pageToken: forged({ 0: digest }), orderBy: 'text' },
    ];
    for (const { filters, ...token } of refused) {
      expect(() => parseListing({ ...request, orderBy: '', ...token }, { ...rules, filters })).toThrow(
        expect.objectContaining({
          code: 'INVALID_ARGUMENT',
          fields: [expect.objectContaining({ field: 'page_token' })],
        }),
      );
    }
  });
});
