import { createHash } from 'node:crypto';
import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { isCalendarDate } from './clock.ts';
import { invalidArgument } from './errors.ts';

const DEFAULT_PAGE_SIZE = 50;
const MAX_PAGE_SIZE = 200;

/** How a field a list can be ordered by is read: its SQL, its type, and its value in a row. Never null. */
export interface SortField<Row> {
  /** SQL expression, or the property path of a query builder: `invoice.dueDate`. */
  readonly sql: string;
  readonly type: 'uuid' | 'text' | 'bigint' | 'float8' | 'date' | 'timestamptz';
  readonly value: (row: Row) => string | bigint | number | Date;
}

export interface ListingRules<Row> {
  /** Fields of `order_by`, by their names in the contract. */
  readonly allowed: Readonly<Record<string, SortField<Row>>>;
  /** Order when the request names none: `created_at desc`. */
  readonly defaultOrder: string;
  /** The unique field that decides between equal ones. Default: `allowed.id`, which must then be there. */
  readonly tieBreaker?: SortField<Row>;
  /** The request's filters: a token made under other filters is refused. */
  readonly filters?: unknown;
}

export interface ListRequest {
  readonly pageSize: number;
  readonly pageToken: string;
  readonly orderBy: string;
}

interface Order<Row> extends SortField<Row> {
  readonly descending: boolean;
}

/** A checked list request. */
export interface Listing<Row> {
  readonly pageSize: number;
  readonly order: readonly Order<Row>[];
  /** The sort values of the last row of the page before. */
  readonly after: readonly string[] | undefined;
  readonly digest: string;
}

/**
 * Checks page size, order and token (AIP-158, AIP-132). Paging is by key: a page starts after the last row of the one
 * before, so rows that come or go meanwhile neither repeat nor skip others, and a late page costs what the first does.
 *
 * @throws DomainError INVALID_ARGUMENT naming `page_size`, `order_by` or `page_token`
 */
export function parseListing<Row>(request: ListRequest, rules: ListingRules<Row>): Listing<Row> {
  const { pageSize, pageToken, orderBy } = request;
  if (!Number.isInteger(pageSize) || pageSize < 0 || pageSize > MAX_PAGE_SIZE) {
    throw invalidArgument(
      'INVALID_PAGE_SIZE',
      'page_size',
      `must be from 1 to ${MAX_PAGE_SIZE}, or 0 for ${DEFAULT_PAGE_SIZE}`,
    );
  }
  const order = parseOrder(orderBy.trim() || rules.defaultOrder, rules);
  const digest = digestOf(order, rules.filters);
  return {
    pageSize: pageSize || DEFAULT_PAGE_SIZE,
    order,
    after: pageToken === '' ? undefined : parseToken(pageToken, digest, order),
    digest,
  };
}

function parseOrder<Row>(text: string, { allowed, tieBreaker }: ListingRules<Row>): Order<Row>[] {
  const order: Order<Row>[] = [];
  const names = new Set<string>();
  for (const part of text.split(',')) {
    const [name = '', direction = 'asc', ...rest] = part.trim().split(/\s+/);
    const field = Object.hasOwn(allowed, name) ? allowed[name] : undefined;
    if (!field || names.has(name) || rest.length > 0 || !/^(asc|desc)$/i.test(direction)) {
      const fields = Object.keys(allowed).join(', ');
      throw invalidArgument(
        'INVALID_ORDER_BY',
        'order_by',
        `must be fields of ${fields}, each with an optional "desc"`,
      );
    }
    names.add(name);
    order.push({ ...field, descending: direction.toLowerCase() === 'desc' });
  }
  const last = tieBreaker ?? allowed.id;
  if (!last) throw new Error('A listing needs a unique field to break ties.');
  // In the direction of the field before it, so that one index serves both directions.
  if (!order.some(({ sql }) => sql === last.sql))
    order.push({ ...last, descending: order.at(-1)?.descending ?? false });
  return order;
}

/** The condition, order and limit of a listing for hand-written SQL; parameters are numbered from `firstParameter`. */
export interface ListingSql {
  /** `true` on the first page. */
  readonly where: string;
  readonly orderBy: string;
  /** One row more than the page, which tells whether there is another. */
  readonly limit: number;
  readonly parameters: readonly string[];
}

/** SQL of the listing: `select … where … and ${where} order by ${orderBy} limit ${limit}`. */
export function listingSql<Row>({ order, after, pageSize }: Listing<Row>, firstParameter: number): ListingSql {
  return {
    where: after ? keysetCondition(order, (index) => `$${firstParameter + index}`) : 'true',
    orderBy: order.map(({ sql, descending }) => `${sql} ${descending ? 'desc' : 'asc'}`).join(', '),
    limit: pageSize + 1,
    parameters: after ?? [],
  };
}

/** Adds the listing's condition, order and limit to a query builder. */
export function applyListing<Row, Entity extends ObjectLiteral>(
  query: SelectQueryBuilder<Entity>,
  { order, after, pageSize }: Listing<Row>,
): SelectQueryBuilder<Entity> {
  if (after) {
    const parameters = Object.fromEntries(after.map((value, index) => [`after${index}`, value]));
    query.andWhere(
      keysetCondition(order, (index) => `:after${index}`),
      parameters,
    );
  }
  for (const { sql, descending } of order) query.addOrderBy(sql, descending ? 'DESC' : 'ASC');
  return query.limit(pageSize + 1);
}

function keysetCondition(
  order: readonly Order<never>[] | readonly Order<unknown>[],
  parameter: (index: number) => string,
): string {
  const value = (index: number): string => `cast(${parameter(index)} as ${order[index]?.type})`;
  const directions = new Set(order.map(({ descending }) => descending));
  if (directions.size === 1) {
    // A row comparison is one range of the index; the general form below is not.
    const operator = directions.has(true) ? '<' : '>';
    return `(${order.map(({ sql }) => sql).join(', ')}) ${operator} (${order.map((_, index) => value(index)).join(', ')})`;
  }
  const cases = order.map(({ sql, descending }, index) => {
    const equal = order.slice(0, index).map((before, position) => `${before.sql} = ${value(position)}`);
    return `(${[...equal, `${sql} ${descending ? '<' : '>'} ${value(index)}`].join(' and ')})`;
  });
  return `(${cases.join(' or ')})`;
}

/**
 * The page of what the query gave (one row more than the page when there is another).
 *
 * @returns the rows of the page, and the token of the next one ('' at the end)
 */
export function toPage<Row>(listing: Listing<Row>, rows: readonly Row[]): { rows: Row[]; nextPageToken: string } {
  const page = rows.slice(0, listing.pageSize);
  return { rows: page, nextPageToken: nextPageToken(listing, rows) };
}

/** The token of the page after these rows, which came with one row more; '' at the end. */
export function nextPageToken<Row>({ pageSize, order, digest }: Listing<Row>, rows: readonly Row[]): string {
  const last = rows[pageSize - 1];
  if (last === undefined || rows.length <= pageSize) return '';
  const values = order.map(({ value }) => {
    const key = value(last);
    return key instanceof Date ? key.toISOString() : String(key);
  });
  return Buffer.from(JSON.stringify([digest, ...values])).toString('base64url');
}

/** A token is not signed: what it holds only moves the start within rows the caller may see anyway. */
function parseToken<Row>(token: string, digest: string, order: readonly Order<Row>[]): string[] {
  const [madeFor, ...values] = decodeToken(token);
  const fits = values.length === order.length && order.every(({ type }, index) => PATTERNS[type](values[index] ?? ''));
  if (madeFor !== digest || !fits) {
    throw invalidArgument(
      'INVALID_PAGE_TOKEN',
      'page_token',
      'must be the next_page_token of a request with the same filters and order',
    );
  }
  return values;
}

function decodeToken(token: string): string[] {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
    return Array.isArray(parsed) && parsed.every((part) => typeof part === 'string') ? parsed : [];
  } catch {
    return [];
  }
}

const PATTERNS: Readonly<Record<SortField<unknown>['type'], (value: string) => boolean>> = {
  uuid: (value) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value),
  text: (value) => !value.includes('\0'),
  bigint: (value) => /^-?\d{1,19}$/.test(value) && BigInt.asIntN(64, BigInt(value)) === BigInt(value),
  // A double in its shortest decimal form reads back as the same double, in PostgreSQL too.
  float8: (value) => /^-?\d+(\.\d+)?(e[-+]?\d+)?$/.test(value) && Number.isFinite(Number(value)),
  date: isCalendarDate,
  timestamptz: (value) =>
    /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/.test(value) && !Number.isNaN(Date.parse(value)),
};

function digestOf<Row>(order: readonly Order<Row>[], filters: unknown): string {
  const text = JSON.stringify([order.map(({ sql, descending }) => [sql, descending]), filters], (_name, value) =>
    typeof value === 'bigint' ? value.toString() : value,
  );
  return createHash('sha256').update(text).digest('base64url').slice(0, 16);
}
