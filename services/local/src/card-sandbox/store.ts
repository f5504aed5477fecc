import { Pool, type PoolClient } from 'pg';

/** Any object of the API: what a client sees, in Stripe's field names. */
export interface ApiObject {
  id: string;
  object: string;
  created: number;
  [field: string]: unknown;
}

/** What the sandbox knows about an object and never shows, such as how a card behaves. */
export type Internal = Record<string, unknown>;

export interface Stored<T extends ApiObject = ApiObject> {
  readonly body: T;
  readonly internal: Internal;
}

export interface ListQuery {
  limit: number;
  startingAfter?: string;
  endingBefore?: string;
  createdFrom?: number;
  createdUntil?: number;
  /** Field values the object must have. */
  where?: Record<string, string>;
  /** What the object must contain, at any depth. */
  containing?: object;
  /** Values of which the field must have one. */
  whereIn?: { field: string; values: string[] };
}

// Everything is in tables made here, so a killed sandbox comes back with what it had acknowledged.
const TABLES = `
CREATE TABLE IF NOT EXISTS objects (
  id text PRIMARY KEY,
  kind text NOT NULL,
  sequence bigint GENERATED ALWAYS AS IDENTITY,
  body jsonb NOT NULL,
  internal jsonb NOT NULL DEFAULT '{}'
);
CREATE UNIQUE INDEX IF NOT EXISTS objects_by_kind ON objects (kind, sequence);
CREATE INDEX IF NOT EXISTS objects_by_payment_intent ON objects ((body->>'payment_intent')) WHERE body ? 'payment_intent';
CREATE TABLE IF NOT EXISTS idempotency_keys (
  key text PRIMARY KEY,
  fingerprint text NOT NULL,
  request_id text NOT NULL,
  status integer NOT NULL,
  body text NOT NULL,
  created_at timestamptz NOT NULL
);
CREATE TABLE IF NOT EXISTS deliveries (
  event_id text PRIMARY KEY REFERENCES objects (id),
  sequence bigint GENERATED ALWAYS AS IDENTITY,
  created_at timestamptz NOT NULL,
  due_at timestamptz NOT NULL,
  attempts integer NOT NULL DEFAULT 0,
  delivered_at timestamptz,
  abandoned_at timestamptz,
  last_error text
);
CREATE INDEX IF NOT EXISTS deliveries_waiting ON deliveries (due_at) WHERE delivered_at IS NULL AND abandoned_at IS NULL;
CREATE TABLE IF NOT EXISTS scheduled (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  due_at timestamptz NOT NULL,
  action text NOT NULL,
  object_id text NOT NULL REFERENCES objects (id)
);
`;

const TABLES_LOCK = 7_310_001;

/** The sandbox's own database: objects as documents, with the keys, deliveries and timers that must survive a crash. */
export class Store {
  readonly #pool: Pool;

  constructor(databaseUrl: string) {
    this.#pool = new Pool({ connectionString: databaseUrl, max: 8, application_name: 'card-sandbox' });
    // A connection that breaks while idle is replaced at its next use; without a listener it would end the process.
    this.#pool.on('error', () => undefined);
  }

  /** Makes the tables that are missing. Two starters at once take turns. */
  async prepare(): Promise<void> {
    await this.transaction(async (tx) => {
      await tx.query('SELECT pg_advisory_xact_lock($1)', [TABLES_LOCK]);
      await tx.query(TABLES);
    });
  }

  /** One statement, in a transaction of its own. */
  async query<R extends object>(sql: string, values: unknown[] = []): Promise<R[]> {
    return (await this.#pool.query(sql, values)).rows as R[];
  }

  async transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect();
    let broken: Error | undefined;
    try {
      await client.query('BEGIN');
      const result = await work(new Transaction(client));
      await client.query('COMMIT');
      return result;
    } catch (error) {
      await client.query('ROLLBACK').catch((failure: Error) => {
        broken = failure;
      });
      throw error;
    } finally {
      client.release(broken);
    }
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }
}

/** One database transaction, in the terms of the API's objects. */
export class Transaction {
  readonly #client: PoolClient;

  constructor(client: PoolClient) {
    this.#client = client;
  }

  async query<R extends object>(sql: string, values: unknown[] = []): Promise<R[]> {
    return (await this.#client.query(sql, values)).rows as R[];
  }

  async insert(object: ApiObject, internal: Internal = {}): Promise<void> {
    await this.query('INSERT INTO objects (id, kind, body, internal) VALUES ($1, $2, $3, $4)', [
      object.id,
      object.object,
      JSON.stringify(object),
      JSON.stringify(internal),
    ]);
  }

  async save(object: ApiObject): Promise<void> {
    await this.query('UPDATE objects SET body = $2 WHERE id = $1', [object.id, JSON.stringify(object)]);
  }

  async find<T extends ApiObject>(kind: string, id: string): Promise<Stored<T> | undefined> {
    const rows = await this.query<Stored<T>>('SELECT body, internal FROM objects WHERE id = $1 AND kind = $2', [
      id,
      kind,
    ]);
    return rows[0];
  }

  /** Like `find`, and holds the row until the transaction ends: two refunds of one charge take turns. */
  async findForUpdate<T extends ApiObject>(kind: string, id: string): Promise<Stored<T> | undefined> {
    const rows = await this.query<Stored<T>>(
      'SELECT body, internal FROM objects WHERE id = $1 AND kind = $2 FOR UPDATE',
      [id, kind],
    );
    return rows[0];
  }

  /** One page, newest first, and whether more follow in the direction asked for. */
  async list(kind: string, query: ListQuery): Promise<{ data: ApiObject[]; hasMore: boolean }> {
    const values: unknown[] = [kind];
    const conditions = ['kind = $1'];
    const bind = (value: unknown) => `$${values.push(value)}`;
    const sequenceOf = (id: string) => `(SELECT sequence FROM objects WHERE id = ${bind(id)})`;
    if (query.startingAfter) conditions.push(`sequence < ${sequenceOf(query.startingAfter)}`);
    if (query.endingBefore) conditions.push(`sequence > ${sequenceOf(query.endingBefore)}`);
    if (query.createdFrom !== undefined) conditions.push(`(body->>'created')::bigint >= ${bind(query.createdFrom)}`);
    if (query.createdUntil !== undefined) conditions.push(`(body->>'created')::bigint <= ${bind(query.createdUntil)}`);
    for (const [field, value] of Object.entries(query.where ?? {})) {
      conditions.push(`body->>'${field}' = ${bind(value)}`);
    }
    if (query.containing) conditions.push(`body @> ${bind(JSON.stringify(query.containing))}::jsonb`);
    if (query.whereIn) conditions.push(`body->>'${query.whereIn.field}' = ANY (${bind(query.whereIn.values)})`);
    const direction = query.endingBefore ? 'ASC' : 'DESC';
    const rows = await this.query<{ body: ApiObject }>(
      `SELECT body FROM objects WHERE ${conditions.join(' AND ')} ORDER BY sequence ${direction} LIMIT ${bind(query.limit + 1)}`,
      values,
    );
    const page = rows.slice(0, query.limit).map((row) => row.body);
    return { data: query.endingBefore ? page.reverse() : page, hasMore: rows.length > query.limit };
  }

  async schedule(action: string, objectId: string, dueAt: Date): Promise<void> {
    await this.query('INSERT INTO scheduled (due_at, action, object_id) VALUES ($1, $2, $3)', [
      dueAt,
      action,
      objectId,
    ]);
  }
}
