import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { type EntityManager, EntitySchema } from 'typeorm';
import {
  bigintColumn,
  dateColumn,
  instantColumn,
  organizationIdColumn,
  textColumn,
  uuidColumn,
} from '../../src/database/columns.ts';
import { Database } from '../../src/database/database.ts';
import { prepared } from '../../src/database/prepared.ts';
import { leaveToCommit, savepoint, transactionOf } from '../../src/database/transaction.ts';
import { newId } from '../../src/ids.ts';
import type { TestDatabase } from '../../src/testing/postgres.ts';
import { chassisDatabase } from '../schema.ts';

interface Note {
  organizationId: string;
  id: string;
  text: string;
  version: bigint;
  amount: bigint;
  dueDate: string;
  createdAt: Date;
}

const noteSchema = new EntitySchema<Note>({
  name: 'notes',
  columns: {
    organizationId: organizationIdColumn(),
    id: uuidColumn({ primary: true }),
    text: textColumn(),
    version: bigintColumn(),
    amount: bigintColumn(),
    dueDate: dateColumn(),
    createdAt: instantColumn(),
  },
});

let db: TestDatabase;
let database: Database;

beforeAll(async () => {
  db = await chassisDatabase();
  database = new Database({ url: db.url, poolSize: 8, entities: [noteSchema] });
  await database.connect();
});

afterAll(async () => {
  await database?.close();
  await db?.drop();
});

const addNote = (organizationId: string, text: string, id = newId()): Promise<unknown> =>
  database.tenant(organizationId, (tx) =>
    tx.query('insert into notes (organization_id, id, text) values ($1, $2, $3)', [organizationId, id, text]),
  );

const notesOf = async (organizationId: string): Promise<string[]> => {
  const rows: { text: string }[] = await database.tenant(organizationId, (tx) =>
    tx.query('select text from notes order by text'),
  );
  return rows.map(({ text }) => text);
};

describe('row-level security', () => {
  const acme = newId();
  const globex = newId();

  beforeAll(async () => {
    await addNote(acme, 'of acme');
    await addNote(globex, 'of globex');
  });

  test('shows an organization its own rows alone', async () => {
    expect(await notesOf(acme)).toEqual(['of acme']);
    expect(await notesOf(globex)).toEqual(['of globex']);
  });

  test('refuses to write a row of another organization', async () => {
    const foreign = database.tenant(acme, (tx) =>
      tx.query('insert into notes (organization_id, id, text) values ($1, $2, $3)', [globex, newId(), 'planted']),
    );
    await expect(foreign).rejects.toThrow(/row-level security/);
    expect(await notesOf(globex)).toEqual(['of globex']);
  });

  test('changes and deletes nothing of another organization', async () => {
    const counts = await database.tenant(acme, async (tx) => {
      const [, updated] = await tx.query('update notes set text = $2 where organization_id = $1', [globex, 'changed']);
      const [, deleted] = await tx.query('delete from notes where organization_id = $1', [globex]);
      return [updated, deleted];
    });
    expect(counts).toEqual([0, 0]);
    expect(await notesOf(globex)).toEqual(['of globex']);
  });

  test('shows nothing and refuses inserts outside of a tenant transaction, also on a connection used for one before', async () => {
    const client = new pg.Client({ connectionString: db.url });
    await client.connect();
    try {
      expect((await client.query('select * from notes')).rows).toEqual([]);
      await client.query(`begin; select set_config('finflow.organization_id', '${acme}', true)`);
      expect((await client.query('select text from notes')).rows).toEqual([{ text: 'of acme' }]);
      await client.query('commit');
      expect((await client.query('select * from notes')).rows).toEqual([]);
      const insert = client.query('insert into notes (organization_id, id, text) values ($1, $2, $3)', [
        acme,
        newId(),
        'x',
      ]);
      await expect(insert).rejects.toThrow(/row-level security/);
    } finally {
      await client.end();
    }
  });

  test('binds the owner of the tables too', async () => {
    const owner = new pg.Client({ connectionString: db.ownerUrl });
    await owner.connect();
    try {
      expect((await owner.query('select * from notes')).rows).toEqual([]);
    } finally {
      await owner.end();
    }
  });

  test('shows the system scope the infrastructure tables, and no table of an organization', async () => {
    await database.tenant(acme, (tx) =>
      tx.query("insert into inbox (organization_id, consumer_group, event_id, topic) values ($1, 'g', $2, 't')", [
        acme,
        newId(),
      ]),
    );
    const [notes, inbox] = await database.system(async (tx) => [
      await tx.query('select * from notes'),
      await tx.query('select organization_id from inbox'),
    ]);
    expect(notes).toEqual([]);
    expect(inbox).toEqual([{ organization_id: acme }]);
  });

  test('keeps the service from changing the schema or lifting its own policy', async () => {
    for (const statement of [
      'create table mine (id int)',
      'alter table notes disable row level security',
      'drop table notes',
    ]) {
      await expect(database.dataSource.query(statement)).rejects.toThrow(/permission denied|must be owner/);
    }
  });
});

describe('tenant transaction', () => {
  test('is rolled back as a whole when its work fails', async () => {
    const organizationId = newId();
    const failing = database.tenant(organizationId, async (tx) => {
      await tx.query('insert into notes (organization_id, id, text) values ($1, $2, $3)', [
        organizationId,
        newId(),
        'lost',
      ]);
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await notesOf(organizationId)).toEqual([]);
  });

  test('runs again after a deadlock, so that both sides succeed', async () => {
    const organizationId = newId();
    const ids = [newId(), newId()];
    for (const id of ids) await addNote(organizationId, 'n', id);
    const bothHoldOne = barrier(2);
    let runs = 0;
    const bump = (first: string | undefined, second: string | undefined): Promise<void> =>
      database.tenant(organizationId, async (tx) => {
        runs += 1;
        await tx.query('update notes set version = version + 1 where id = $1', [first]);
        await bothHoldOne();
        await tx.query('update notes set version = version + 1 where id = $1', [second]);
      });
    await Promise.all([bump(ids[0], ids[1]), bump(ids[1], ids[0])]);
    expect(runs).toBe(3);
    expect(await versions(organizationId)).toEqual([2n, 2n]);
  });

  test('runs again after a serialization failure', async () => {
    const organizationId = newId();
    await addNote(organizationId, 'n');
    const bothHaveRead = barrier(2);
    const increment = (): Promise<void> =>
      database.tenant(
        organizationId,
        async (tx) => {
          const [row]: { version: bigint }[] = await tx.query('select version from notes');
          await bothHaveRead();
          await tx.query('update notes set version = $1', [String((row?.version ?? 0n) + 1n)]);
        },
        { isolation: 'SERIALIZABLE' },
      );
    await Promise.all([increment(), increment()]);
    expect(await versions(organizationId)).toEqual([2n]);
  });

  test('reports ABORTED when it never stops losing', async () => {
    let runs = 0;
    const losing = database.tenant(newId(), async (tx) => {
      runs += 1;
      await tx.query("do $$ begin raise exception 'lost' using errcode = '40001'; end $$");
    });
    await expect(losing).rejects.toMatchObject({ code: 'ABORTED', reason: 'CONCURRENT_CHANGE' });
    expect(runs).toBe(5);
  });

  test('reports UNAVAILABLE when the connection is lost, and works again afterwards', async () => {
    const organizationId = newId();
    const killed = database.tenant(organizationId, (tx) => tx.query('select pg_terminate_backend(pg_backend_pid())'));
    await expect(killed).rejects.toMatchObject({ code: 'UNAVAILABLE', reason: 'DATABASE_UNAVAILABLE' });
    expect(await notesOf(organizationId)).toEqual([]);
  });

  test('fails as a statement does that was left to the commit, and stores nothing', async () => {
    const organizationId = newId();
    const work = database.tenant(organizationId, async (tx) => {
      await tx.query("insert into notes (organization_id, id, text) values ($1, $2, 'kept')", [
        organizationId,
        newId(),
      ]);
      leaveToCommit(tx, prepared(tx, 'divide', 'select 1 / $1::int', [0]));
      return 'done';
    });
    await expect(work).rejects.toThrow('division by zero');
    expect(await notesOf(organizationId)).toEqual([]);
  });

  test('stores what was left to the commit', async () => {
    const organizationId = newId();
    await database.tenant(organizationId, async (tx) => {
      const insert = "insert into notes (organization_id, id, text) values ($1, $2, 'left')";
      leaveToCommit(tx, prepared(tx, 'insert-note', insert, [organizationId, newId()]));
    });
    expect(await notesOf(organizationId)).toEqual(['left']);
  });

  test('tells listeners of commits that wrote events, not of others nor of rollbacks', async () => {
    const told: string[][] = [];
    const stop = database.onCommit((topics) => {
      told.push([...topics]);
    });
    const write = (failure?: Error) =>
      database.tenant(newId(), async (tx) => {
        transactionOf(tx).topics.add('payment_completed');
        if (failure) throw failure;
      });
    await notesOf(newId());
    await expect(write(new Error('no'))).rejects.toThrow('no');
    await write();
    stop();
    await write();
    expect(told).toEqual([['payment_completed']]);
  });

  test('statements sent without waiting run in their order, and a failed one fails those behind it', async () => {
    const organizationId = newId();
    const setting = await database.tenant(organizationId, async (tx) => {
      const [, [read]] = await Promise.all([
        prepared(tx, 'write', "select set_config('finflow.probe', 'first', true)", []),
        prepared<{ probe: string }>(tx, 'read', "select current_setting('finflow.probe') as probe", []),
      ]);
      return read?.probe;
    });
    expect(setting).toBe('first');
    const failing = database.tenant(organizationId, async (tx) => {
      const insert = "insert into notes (organization_id, id, text) values ($1, $2, 'late')";
      await Promise.all([
        prepared(tx, 'fail', 'select 1 / 0', []),
        prepared(tx, 'late', insert, [organizationId, newId()]),
      ]);
    });
    await expect(failing).rejects.toThrow('division by zero');
    expect(await notesOf(organizationId)).toEqual([]);
  });

  test('is not taken for done when a failed statement was overlooked', async () => {
    const organizationId = newId();
    const overlooking = database.tenant(organizationId, async (tx) => {
      const insert = "insert into notes (organization_id, id, text) values ($1, $2, 'lost')";
      await tx.query(insert, [organizationId, newId()]);
      await tx.query('select 1 / 0').catch(() => undefined);
    });
    await expect(overlooking).rejects.toThrow('one of its statements had failed');
    expect(await notesOf(organizationId)).toEqual([]);
  });

  test('gives its connection back only when nothing of its work runs any more', async () => {
    const work = Promise.withResolvers<void>();
    let given = false;
    // No setting can hold this, so the transaction has failed before its work ends.
    const failing = database
      .tenant('\0', () => work.promise)
      .finally(() => {
        given = true;
      });
    failing.catch(() => undefined);
    await addNote(newId(), 'some round trips later');
    await addNote(newId(), 'and some more');
    expect(given).toBe(false);
    work.resolve();
    await expect(failing).rejects.toThrow('invalid byte sequence');
  });

  test('undoes a savepoint alone, also one within another', async () => {
    const organizationId = newId();
    const add = (tx: EntityManager, text: string) =>
      tx.query('insert into notes (organization_id, id, text) values ($1, $2, $3)', [organizationId, newId(), text]);
    await database.tenant(organizationId, async (tx) => {
      await savepoint(tx, () => add(tx, 'kept'));
      const outer = savepoint(tx, async () => {
        await add(tx, 'undone with what is around it');
        await savepoint(tx, () => tx.query('select 1 / 0')).catch(() => undefined);
        await add(tx, 'undone too');
        throw new Error('no');
      });
      await expect(outer).rejects.toThrow('no');
      await add(tx, 'kept too');
    });
    expect((await notesOf(organizationId)).sort()).toEqual(['kept', 'kept too']);
  });

  test('cannot be begun within itself, where its end would end both', async () => {
    const nesting = database.tenant(newId(), (tx) => tx.transaction(async () => undefined));
    await expect(nesting).rejects.toThrow('savepoint');
  });

  const versions = async (organizationId: string): Promise<bigint[]> => {
    const rows: { version: bigint }[] = await database.tenant(organizationId, (tx) =>
      tx.query('select version from notes'),
    );
    return rows.map(({ version }) => version);
  };
});

describe('columns', () => {
  test.each([0n, 1n, -1n, 2n ** 53n + 1n, 2n ** 63n - 1n, -(2n ** 63n)])(
    'amounts keep every digit: %s',
    async (amount) => {
      const note = {
        organizationId: newId(),
        id: newId(),
        text: 't',
        version: 7n,
        amount,
        dueDate: '2024-02-29',
        createdAt: new Date('2026-03-29T01:30:00.123Z'),
      };
      await database.tenant(note.organizationId, (tx) => tx.getRepository(noteSchema).insert(note));
      const [entity, raw] = await database.tenant(note.organizationId, async (tx) => [
        await tx.getRepository(noteSchema).findOneByOrFail({ id: note.id }),
        (await tx.query('select amount, due_date, created_at from notes where id = $1', [note.id]))[0],
      ]);
      expect(entity).toEqual(note);
      expect(raw).toEqual({ amount, due_date: note.dueDate, created_at: note.createdAt });
    },
  );
});

/** Resolves for all callers when as many have come; later ones pass. */
function barrier(parties: number): () => Promise<void> {
  const open = Promise.withResolvers<void>();
  let arrived = 0;
  return () => {
    arrived += 1;
    if (arrived >= parties) open.resolve();
    return open.promise;
  };
}
