import { once } from 'node:events';
import { constants, createServer as createHttp2Server, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { create, toBinary } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { Code, ConnectError } from '@connectrpc/connect';
import { ManualClock } from '@finflow/chassis/clock';
import { newId } from '@finflow/chassis/ids';
import { silentLogger } from '@finflow/chassis/logger';
import { createRpcServer, type ServedService } from '@finflow/chassis/rpc/server';
import { testTokens } from '@finflow/chassis/testing/tokens';
import {
  AccountType,
  type ExportJournalRequest,
  ExportJournalResponseSchema,
  JournalSide,
  LedgerService,
} from '@finflow/proto/finflow/accounting/v1/ledger_pb';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { JournalPage } from '../../src/domain/journal-source.ts';
import { accountingJournal } from '../../src/gateways/accounting-journal.ts';

const NOW = new Date('2026-03-31T12:00:00Z');
const organization = { id: newId(), currencyCode: 'USD', timeZone: 'UTC', settingsAt: timestampFromDate(NOW) };
const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

type Export = (request: ExportJournalRequest) => AsyncGenerator<Record<string, unknown>>;

interface Operator {
  readonly role?: 'OPERATOR' | 'ADMIN';
  /** Instants at which the tokens were made that are given one after the other, at each call the next. */
  readonly mintedAt?: readonly Date[];
}

/** Accounting's gRPC port with an export of the test's own, and the journal as it is read from there. */
async function journalFrom(exportJournal: Export, { role = 'OPERATOR', mintedAt = [NOW] }: Operator = {}) {
  const clock = new ManualClock(NOW);
  const tokens = await testTokens(clock);
  const served: ServedService = { service: LedgerService, implementation: { exportJournal } };
  const server = createRpcServer({
    ...{ name: 'accounting', services: [served], verifier: tokens.verifier, logger: silentLogger },
    ...{ host: '127.0.0.1', httpPort: 0, grpcPort: 0, drainMs: 100, ready: async () => undefined },
  });
  const { grpcPort } = await server.start();
  const minted: string[] = [];
  for (const at of mintedAt) {
    clock.set(at);
    minted.push(await tokens.mint({ platformRole: role, organizationId: null }));
  }
  clock.set(NOW);
  let calls = 0;
  const token = () => minted[Math.min(calls++, minted.length - 1)] ?? '';
  const journal = accountingJournal({ address: `127.0.0.1:${grpcPort}`, token });
  stops.push(async () => {
    journal.close();
    await server.stop();
  });
  return { journal, clock };
}

/** A server that begins each export with a page and then breaks it off, as its `cut` does, until the fourth. */
async function journalCutBy(cut: (stream: ServerHttp2Stream) => void) {
  let pages = 0;
  const server = createHttp2Server();
  server.on('stream', (stream) => {
    stream.on('error', () => undefined);
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: pages === 3 });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    pages += 1;
    const body = toBinary(
      ExportJournalResponseSchema,
      create(ExportJournalResponseSchema, { organization, nextPageToken: String(pages) }),
    );
    const frame = Buffer.alloc(5);
    frame.writeUInt32BE(body.length, 1);
    if (pages === 4) stream.end(Buffer.concat([frame, body]));
    // Only what was sent can be read before the end.
    else stream.write(Buffer.concat([frame, body]), () => setImmediate(cut, stream));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const journal = accountingJournal({ address: `127.0.0.1:${port}`, token: () => 'any' });
  stops.push(async () => {
    journal.close();
    server.close();
  });
  return journal;
}

async function read(pages: AsyncIterable<JournalPage>): Promise<JournalPage[]> {
  const all: JournalPage[] = [];
  for await (const page of pages) all.push(page);
  return all;
}

describe('the journal read from accounting', () => {
  test('has signed lines with what their accounts are', async () => {
    const [bank, revenue] = [newId(), newId()];
    const line = (accountId: string, side: JournalSide) => ({
      accountId,
      side,
      amount: { currencyCode: 'USD', amountMinor: 9007199254740993n },
    });
    const { journal } = await journalFrom(async function* () {
      yield {
        organization,
        journalEntries: [
          {
            ...{ id: newId(), date: '2026-03-01', createdAt: timestampFromDate(NOW) },
            lines: [line(bank, JournalSide.DEBIT), line(revenue, JournalSide.CREDIT)],
          },
        ],
        accounts: [
          { id: bank, code: '1000', name: 'Bank', type: AccountType.ASSET, isCash: true },
          { id: revenue, code: '4000', name: 'Revenue', type: AccountType.REVENUE },
        ],
      };
    });
    const [page] = await read(journal.pages(undefined));
    expect(page?.entries[0]).toMatchObject({ date: '2026-03-01', invoiceId: null, postedAt: NOW.toISOString() });
    expect(page?.entries[0]?.lines).toMatchObject([
      { accountCode: '1000', accountType: 'ASSET', isCash: true, amountMinor: 9007199254740993n },
      { accountCode: '4000', accountType: 'REVENUE', isCash: false, amountMinor: -9007199254740993n },
    ]);
  });

  test('goes on where a stream broke, with no page twice and none left out', async () => {
    const asked: string[] = [];
    const { journal } = await journalFrom(async function* ({ pageToken }) {
      asked.push(pageToken);
      for (let page = Number(pageToken) + 1; page <= 5; page += 1) {
        yield { organization: { ...organization, timeZone: `page ${page}` }, nextPageToken: String(page) };
        if (page % 2 === 0) throw new ConnectError('connection too old', Code.Unavailable);
      }
    });
    const pages = await read(journal.pages(undefined));
    expect(pages.map(({ timeZone }) => timeZone)).toEqual(['page 1', 'page 2', 'page 3', 'page 4', 'page 5']);
    expect(asked).toEqual(['', '2', '4']);
  });

  test.each([
    [
      'a stream that is closed without a reason',
      (stream: ServerHttp2Stream) => stream.close(constants.NGHTTP2_NO_ERROR),
    ],
    ['a stream that is cancelled', (stream: ServerHttp2Stream) => stream.close(constants.NGHTTP2_CANCEL)],
    ['a connection that grew too old', (stream: ServerHttp2Stream) => stream.session?.destroy()],
    ['a connection that is lost', (stream: ServerHttp2Stream) => stream.session?.socket.destroy()],
  ])('goes on after %s', async (_, cut) => {
    const journal = await journalCutBy(cut);
    expect(await read(journal.pages(undefined))).toHaveLength(4);
  });

  test('goes on with a token that was renewed when the first one has run out', async () => {
    const later = new Date(NOW.getTime() + 7_200_000);
    let clock: ManualClock | undefined;
    const renewed = await journalFrom(
      async function* ({ pageToken }) {
        yield { organization, nextPageToken: '1' };
        if (pageToken !== '') return;
        clock?.set(later);
        throw new ConnectError('connection too old', Code.Unavailable);
      },
      { mintedAt: [NOW, later] },
    );
    ({ clock } = renewed);
    expect(await read(renewed.journal.pages(undefined))).toHaveLength(2);
  });

  test('has all entries and due dates that were asked for, in however many messages', async () => {
    const [bank, entry, other] = [newId(), newId(), newId()];
    const amount = { currencyCode: 'USD', amountMinor: 1n };
    const page = (id: string) => ({
      organization,
      journalEntries: [
        {
          ...{ id, date: '2026-03-01', createdAt: timestampFromDate(NOW) },
          lines: [{ accountId: bank, side: JournalSide.DEBIT, amount }],
        },
      ],
      accounts: [{ id: bank, code: '1000', name: 'Bank', type: AccountType.ASSET, isCash: true }],
      dueDates: [{ invoiceId: id, currencyCode: 'USD', dueDate: '2026-04-01', updatedAt: timestampFromDate(NOW) }],
    });
    const { journal } = await journalFrom(async function* () {
      yield page(entry);
      yield page(other);
    });
    const found = await journal.named(organization.id, { entryIds: [entry, other], invoiceIds: [entry, other] });
    expect(found.entries.map(({ id }) => id)).toEqual([entry, other]);
    expect(found.dueDates.map(({ invoiceId }) => invoiceId)).toEqual([entry, other]);
  });

  test('a token that is no operator’s is told in a sentence, with how to get one', async () => {
    const { journal } = await journalFrom(async function* () {}, { role: 'ADMIN' });
    await expect(read(journal.pages(undefined))).rejects.toThrow(
      /^Accounting refuses the token .* node services\/auth\/src\/operator-token\.ts$/,
    );
  });

  test('what the reader throws is the reader’s own', async () => {
    const { journal } = await journalFrom(async function* () {
      yield { organization, nextPageToken: '1' };
    });
    const reading = (async () => {
      for await (const _ of journal.pages(undefined)) throw new RangeError('mine');
    })();
    await expect(reading).rejects.toThrow(RangeError);
  });
});
