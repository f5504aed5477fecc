import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { EntityManager } from 'typeorm';
import { systemClock } from '../../src/clock.ts';
import { parseDlqOptions } from '../../src/commands/dlq/options.ts';
import { dlq as command } from '../../src/commands/dlq.ts';
import { failedPrecondition, notFound } from '../../src/errors.ts';
import { newId } from '../../src/ids.ts';
import { type ConsumerGroup, type ReceivedEvent, release, waitFor } from '../../src/inbox/consumer-group.ts';
import { findDeadLetters } from '../../src/inbox/dead-letter-queries.ts';
import { asSuperuser } from '../../src/testing/postgres.ts';
import { RecordingBus } from '../../src/testing/recording-bus.ts';
import { EventFlow, note, paymentCompleted, paymentRefunded } from '../events/event-flow.ts';

const program = fileURLToPath(new URL('../../src/commands/dlq.ts', import.meta.url));

const bus = new RecordingBus();
const acme = newId();
const globex = newId();
let flow: EventFlow;
let group: ConsumerGroup;
let trouble: (tx: EntityManager, event: ReceivedEvent) => Promise<void>;

const gone = async () => {
  throw notFound('ACCOUNT_GONE', 'There is no such account.');
};

beforeAll(async () => {
  flow = await EventFlow.open(bus);
  group = await flow.group({
    handlers: {
      payment_completed: async (tx, event) => {
        await trouble(tx, event);
        await note(tx, event);
        await release(tx, `payment:${event.payload.id}`);
      },
      payment_refunded: async (_tx, { payload }) => waitFor(`payment:${payload.paymentId}`),
    },
  });
});

afterAll(async () => await flow?.close());

beforeEach(async () => {
  await asSuperuser((client) => client.query('truncate dead_letters, inbox, effects'), flow.consumerName);
  trouble = gone;
});

interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** The command as a person runs it, on the consumer's database unless told otherwise. */
async function dlq(args: readonly string[], databaseUrl = flow.consumerUrl): Promise<Run> {
  const child = spawn(process.execPath, [program, ...args], {
    env: { PATH: process.env.PATH, DATABASE_URL: databaseUrl },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { code, out, err };
}

async function dead(organizationId = acme) {
  const event = paymentCompleted(organizationId);
  await bus.send(event);
  return event;
}

const letterOf = async (id: string) => (await flow.consumer.system((tx) => findDeadLetters(tx, id)))[0];

describe('dlq list', () => {
  test('says what each is, why it failed and how it stands, and takes filters', async () => {
    expect(await dlq(['list'])).toEqual({ code: 0, out: 'No dead letters.\n', err: '' });
    const [one, other] = [await dead(acme), await dead(globex)];
    const { code, out } = await dlq(['list']);
    expect(code).toBe(0);
    expect(out).toMatch(
      /^2 dead letters:\n\nLAST FAILED +GROUP +TOPIC +REASON +ATTEMPTS +STATE +EVENT +ORGANIZATION\n/,
    );
    expect(out).toMatch(new RegExp(`accounting +payment_completed +ACCOUNT_GONE +1 +kept +${one.id} +${acme}\n`));
    const [filtered, none, first] = await Promise.all([
      dlq(['list', '--json', '--organization', globex, '--reason', 'ACCOUNT_GONE', '--since', '5m']),
      dlq(['list', '--topic', 'payment_refunded']),
      dlq(['list', '--limit', '1']),
    ]);
    expect(JSON.parse(filtered.out)).toMatchObject({
      total: 1,
      deadLetters: [{ eventId: other.id, key: other.payload.id }],
    });
    expect(none.out).toBe('No dead letters.\n');
    expect(first.out).toMatch(/^2 dead letters, the first 1 \(--limit\):\n/);
  });

  test('--waiting shows events that wait for another one', async () => {
    const refund = paymentRefunded(acme, newId());
    await bus.send(refund);
    const [shown, json] = await Promise.all([dlq(['list', '--waiting']), dlq(['list', '--waiting', '--json'])]);
    expect(shown.out).toMatch(/^1 event waits:\n\nRECEIVED +GROUP +TOPIC +WAITS FOR +EVENT +ORGANIZATION\n/);
    expect(shown.out).toContain(`payment:${refund.payload.paymentId}  ${refund.id}  ${acme}\n`);
    expect(JSON.parse(json.out)).toMatchObject({ total: 1, waiting: [{ eventId: refund.id, group: 'accounting' }] });
  });
});

describe('dlq show', () => {
  test('prints payload, headers, error and stack', async () => {
    const event = await dead();
    const { code, out } = await dlq(['show', event.id]);
    expect(code).toBe(0);
    for (const line of [
      `Event         ${event.id}\n`,
      'Error         DomainError: There is no such account.\n',
      'Reason        ACCOUNT_GONE\n',
      'Headers       id: ',
      `  "processorId": "pi_1"`,
      '  "amount": "100"',
      '\nStack\n  DomainError: There is no such account.\n',
    ]) {
      expect(out).toContain(line);
    }
  });

  test('prints what cannot be read in hex, with the reason', async () => {
    const record = await bus.record(paymentCompleted(acme));
    await bus.deliver([{ ...record, value: Buffer.from('not an event') }]);
    const { out } = await dlq(['show', record.headers.id]);
    expect(out).toMatch(
      /\nPayload \(in hex, because it cannot be read: payment_completed: .*\)\n {2}6e6f7420616e206576656e74\n/,
    );
  });

  test('of an event that waits says where it is', async () => {
    const refund = paymentRefunded(acme, newId());
    await bus.send(refund);
    expect(await dlq(['show', refund.id])).toEqual({
      code: 1,
      out: '',
      err: `The event ${refund.id} is no dead letter: in accounting it waits for payment:${refund.payload.paymentId} (dlq list --waiting).\n`,
    });
  });

  test('of an event without one is a failure', async () => {
    const id = newId();
    expect(await dlq(['show', id])).toEqual({ code: 1, out: '', err: `There is no dead letter of the event ${id}.\n` });
  });
});

describe('dlq replay', () => {
  test('--dry-run says which ones it would be and changes nothing', async () => {
    const event = await dead();
    const { code, out } = await dlq(['replay', '--all', '--dry-run']);
    expect([code, out.split('\n')[0]]).toEqual([0, 'Would replay 1 dead letter:']);
    expect(out).toContain(event.id);
    expect(await letterOf(event.id)).toMatchObject({ state: 'kept' });
    const unknown = newId();
    expect(await dlq(['replay', unknown, '--dry-run'])).toEqual({
      code: 1,
      out: 'There is nothing to replay.\n',
      err: `There is no dead letter of the event ${unknown}.\n`,
    });
  });

  test('waits until the service has handled them, and tells those that failed again', async () => {
    const [good, bad, foreign] = [await dead(), await dead(), await dead(globex)];
    trouble = async (_tx, event) => {
      if (event.id === bad.id) throw failedPrecondition('STILL_WRONG', 'It is still wrong.');
    };
    const { code, out } = await dlq(['replay', '--organization', acme]);
    expect(code).toBe(1);
    expect(out).toBe(
      `Replayed 2 dead letters: 1 succeeded, 1 failed again.\n  accounting ${bad.id}: DomainError: It is still wrong.\n`,
    );
    expect((await flow.effects(acme)).map(({ event_id }) => event_id)).toEqual([good.id]);
    expect(await letterOf(foreign.id)).toMatchObject({ state: 'kept' });
    trouble = async () => undefined;
    const all = await dlq(['replay', '--all', '--json']);
    expect([all.code, JSON.parse(all.out)]).toMatchObject([0, { requested: 2, succeeded: 2, failed: 0, pending: 0 }]);
    expect(await dlq(['replay', '--all'])).toEqual({ code: 0, out: 'There is nothing to replay.\n', err: '' });
  });

  test('--no-wait asks and leaves', async () => {
    const event = await dead();
    await group.stop();
    const { code, out } = await dlq(['replay', event.id, '--no-wait']);
    expect([code, out]).toEqual([0, 'Asked for the replay of 1 dead letter; the service takes it up while it runs.\n']);
    expect(await letterOf(event.id)).toMatchObject({ state: 'replay requested' });
    const again = await dlq(['replay', event.id]);
    expect([again.code, again.err]).toEqual([
      1,
      `The replay of the event ${event.id} was asked for already: the service does it when it runs; discard withdraws it.\n`,
    ]);
    await group.start();
  });
});

describe('dlq discard', () => {
  test('wants a reason, and keeps it with who gave it', async () => {
    const event = await dead();
    const without = await dlq(['discard', event.id]);
    expect([without.code, without.err]).toEqual([2, expect.stringMatching(/^Say why: --because TEXT\.\n/)]);
    const dry = await dlq(['discard', event.id, '--dry-run']);
    expect([dry.code, dry.out.split('\n')[0]]).toEqual([0, 'Would discard 1 dead letter:']);
    const done = await dlq(['discard', event.id, '--because', 'booked by hand', '--by', 'ada']);
    expect(done).toEqual({ code: 0, out: 'Discarded 1 dead letter.\n', err: '' });
    expect(await letterOf(event.id)).toMatchObject({ discardedBy: 'ada', discardReason: 'booked by hand' });
    const [open, discarded, shown, replayed] = await Promise.all([
      dlq(['list']),
      dlq(['list', '--discarded']),
      dlq(['show', event.id]),
      dlq(['replay', event.id]),
    ]);
    expect(open.out).toBe('No dead letters.\n');
    expect(discarded.out).toContain(event.id);
    expect(shown.out).toMatch(/State +discarded on .*Z by ada: booked by hand\n/);
    expect([replayed.code, replayed.err]).toEqual([1, expect.stringContaining('--discarded looks at those')]);
  });
});

describe('dlq discard of a replay that was asked for', () => {
  test('withdraws it', async () => {
    const event = await dead();
    await group.stop();
    await dlq(['replay', event.id, '--no-wait']);
    const elsewhere = await dlq(['discard', event.id, '--topic', 'payment_refunded', '--because', 'never succeeds']);
    expect([elsewhere.code, elsewhere.err]).toEqual([
      1,
      `The dead letter of the event ${event.id} does not match the other conditions.\n`,
    ]);
    const done = await dlq(['discard', event.id, '--because', 'never succeeds']);
    expect(done).toEqual({ code: 0, out: 'Discarded 1 dead letter.\n', err: '' });
    trouble = async () => undefined;
    await group.start();
    expect(await group.replayRequested()).toBe(0);
    expect(await letterOf(event.id)).toMatchObject({ state: 'discarded', replayRequestedAt: null });
  });
});

describe('dlq used wrongly', () => {
  test('is told what is wrong: 2', async () => {
    const { code, out, err } = await dlq(['list', '--topics', 'x']);
    expect([code, out]).toEqual([2, '']);
    expect(err).toBe("Unknown option '--topics'.\nnpm run dlq -- --help says what it can do.\n");
  });

  test.each([
    [[], 'Say what to do: list, show, replay or discard.'],
    [['purge'], '"purge" is nothing it can do: list, show, replay or discard.'],
    [['list', '--topics', 'x'], "Unknown option '--topics'."],
    [['list', '--id', '17'], "An event’s id must be a UUID, not '17'."],
    [['list', '--since', 'monday'], "--since must be an age (30m, 12h, 7d) or an ISO 8601 instant, not 'monday'."],
    [['list', '--topic', 'x'], '--topic must be one of invoice_created, '],
    [['list', '--group', 'payments'], "--group must be one of accounting, analytics, not 'payments'."],
    [['list', '--limit', '-5'], /^Option '--limit' argument is ambiguous\.$/],
    [['list', '--limit', 'abc'], '--limit must be a whole number'],
    [['list', '--limit', '0'], '--limit must be a whole number from 1 to 999999.'],
    [['list', '--waiting', '--since', '1d'], '--waiting events have not failed'],
    [['show'], 'Say which event: dlq show ID.'],
    [['replay'], 'Say which ones to replay, or --all.'],
    [['discard', '--because', 'x'], 'Say which ones to discard, or --all.'],
    [['list', '--data', 'x'], '--data goes with --service.'],
  ])('%j is refused', (args, message) => {
    expect(() => parseDlqOptions(args, systemClock)).toThrow(message);
  });

  test('a database that is not there, or is none of a service, is said in a sentence: 1', async () => {
    const elsewhere = new URL(flow.consumerUrl);
    elsewhere.port = '1';
    const foreign = new URL(flow.consumerUrl);
    foreign.pathname = 'nothing';
    const stranger = new URL(flow.consumerUrl);
    stranger.password = 'guessed';
    const [unreachable, unknown, refused, unset] = await Promise.all([
      dlq(['list'], elsewhere.href),
      dlq(['list'], foreign.href),
      dlq(['list'], stranger.href),
      dlq(['list'], ''),
    ]);
    expect([unreachable.code, unreachable.err]).toEqual([
      1,
      'The database at 127.0.0.1:1 cannot be reached (ECONNREFUSED).\n',
    ]);
    expect([unknown.code, unknown.err]).toEqual([
      1,
      `The server at ${foreign.host} has no database of the name in DATABASE_URL (3D000): give the one that the service has.\n`,
    ]);
    expect([refused.code, refused.err]).toEqual([
      1,
      `The database at ${stranger.host} refuses the role or the password in DATABASE_URL (28P01): give those that the service has.\n`,
    ]);
    // Where nobody set DATABASE_URL, it is not named.
    for (const [url, state] of [
      [stranger, '28P01'],
      [foreign, '3D000'],
    ] as const) {
      await expect(command(['list', '--service', 'accounting'], async () => url.href)).rejects.toThrow(
        `The database of accounting is not ready (${state}): wait until \`npm start\` says that FinFlow is, or start it again.`,
      );
    }
    expect([unset.code, unset.err]).toEqual([1, expect.stringMatching(/DATABASE_URL: is required/)]);
  });

  test('--help says everything: 0', async () => {
    const { code, out } = await dlq(['--help']);
    expect([code, out]).toEqual([
      0,
      expect.stringMatching(/^Usage: npm run dlq -- COMMAND[\s\S]*Exit codes:[\s\S]*Examples:/),
    ]);
  });
});
