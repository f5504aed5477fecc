import { setTimeout as delay } from 'node:timers/promises';
import { timestampDate } from '@bufbuild/protobuf/wkt';
import { Code, ConnectError } from '@connectrpc/connect';
import { OperatorError } from '@finflow/chassis/operator-error';
import { grpcClient } from '@finflow/chassis/rpc/client';
import type { GrpcSecurity } from '@finflow/chassis/rpc/grpc-security';
import {
  type Account,
  AccountType,
  type ExportJournalResponse,
  type JournalEntry,
  JournalSide,
  LedgerService,
} from '@finflow/proto/finflow/accounting/v1/ledger_pb';
import type { JournalPage, JournalSource, SourceLine } from '../domain/journal-source.ts';

/** Tries without a message in between before accounting counts as away: about half a minute. */
const ATTEMPTS = 10;
const RETRY_BASE_MS = 100;
const RETRY_MOST_MS = 5_000;
/** Somebody waits for the answer with a lock in hand. */
const NAMED_TIMEOUT_MS = 10_000;

export interface AccountingJournalOptions {
  /** `host:port` of accounting's gRPC port. */
  readonly address: string;
  readonly security?: GrpcSecurity;
  /** Gives an operator's token; asked at each call, so one that was renewed meanwhile is taken. */
  readonly token: () => string;
}

/**
 * The journal from the accounting service. A stream that breaks, and each does when its connection gets old, goes on
 * where it was.
 *
 * Both methods throw OperatorError when the token is refused, or accounting stays away.
 */
export function accountingJournal({
  address,
  security,
  token,
}: AccountingJournalOptions): JournalSource & { close(): void } {
  const client = grpcClient(LedgerService, address, { token, security });
  return {
    async *pages(organizationId) {
      let pageToken = '';
      for (let failures = 0; ; ) {
        try {
          for await (const message of client.exportJournal({ pageToken, organizationId })) {
            failures = 0;
            yield pageOf(message);
            // Only now has whoever reads taken it in.
            pageToken = message.nextPageToken;
          }
          return;
        } catch (error) {
          failures += 1;
          if (!isPassing(error) || failures >= ATTEMPTS) throw explained(error, address);
          await delay(Math.random() * Math.min(RETRY_BASE_MS * 2 ** failures, RETRY_MOST_MS));
        }
      }
    },
    async named(organizationId, { entryIds, invoiceIds }) {
      const request = { organizationId, entryIds: [...entryIds], invoiceIds: [...invoiceIds] };
      try {
        const pages: JournalPage[] = [];
        for await (const message of client.exportJournal(request, { timeoutMs: NAMED_TIMEOUT_MS })) {
          pages.push(pageOf(message));
        }
        return {
          entries: pages.flatMap(({ entries }) => entries),
          dueDates: pages.flatMap(({ dueDates }) => dueDates),
        };
      } catch (error) {
        throw explained(error, address);
      }
    },
    close: () => client.close(),
  };
}

/** Not Internal, which grpc-js calls a stream that the other side closes without a word, as it ends or its connection ages. */
const PERMANENT = new Set([Code.Unauthenticated, Code.PermissionDenied, Code.InvalidArgument, Code.Unimplemented]);

/** Not what whoever reads throws while a page is in its hands. */
function isPassing(error: unknown): boolean {
  return error instanceof ConnectError && !PERMANENT.has(error.code);
}

function explained(error: unknown, address: string): unknown {
  if (!(error instanceof ConnectError)) return error;
  switch (error.code) {
    case Code.Unauthenticated:
    case Code.PermissionDenied:
      return new OperatorError(
        `Accounting refuses the token (${error.rawMessage}) Make a new one: node services/auth/src/operator-token.ts`,
      );
    case Code.Unimplemented:
      return new OperatorError(
        `Accounting at ${address} does not know how to export its journal: it is an older release.`,
      );
    default:
      return isPassing(error)
        ? new OperatorError(`The journal cannot be read from accounting at ${address}: ${error.rawMessage}.`)
        : error;
  }
}

const typeNames = new Map<number, string>(Object.entries(AccountType).map(([name, value]) => [value, name]));

function pageOf({ organization, journalEntries, accounts, dueDates }: ExportJournalResponse): JournalPage {
  if (!organization?.settingsAt) throw new Error('Accounting exported a page of no organization.');
  const byId = new Map(accounts.map((account) => [account.id, account]));
  return {
    organizationId: organization.id,
    currency: organization.currencyCode,
    timeZone: organization.timeZone,
    settingsAt: timestampDate(organization.settingsAt),
    entries: journalEntries.map((entry) => entryOf(entry, byId)),
    dueDates: dueDates.map(({ invoiceId, currencyCode, dueDate, updatedAt }) => {
      if (!updatedAt) throw new Error(`Accounting exported invoice ${invoiceId} without its instant.`);
      return { invoiceId, currency: currencyCode, dueDate, dueDateAt: timestampDate(updatedAt) };
    }),
  };
}

function entryOf(entry: JournalEntry, accounts: ReadonlyMap<string, Account>): JournalPage['entries'][number] {
  const { id, date, invoiceId, createdAt, lines } = entry;
  if (!createdAt) throw new Error(`Accounting exported entry ${id} without its instant.`);
  return {
    id,
    date,
    invoiceId: invoiceId || null,
    postedAt: timestampDate(createdAt).toISOString(),
    lines: lines.map((line): SourceLine => {
      const account = accounts.get(line.accountId);
      const accountType = account && typeNames.get(account.type);
      if (!account || !accountType || !line.amount) throw new Error(`Accounting exported entry ${id} incomplete.`);
      const { code, name, isCash, isReceivable } = account;
      const { currencyCode, amountMinor } = line.amount;
      return {
        accountId: line.accountId,
        accountCode: code,
        accountName: name,
        accountType,
        isCash,
        isReceivable,
        currency: currencyCode,
        amountMinor: line.side === JournalSide.DEBIT ? amountMinor : -amountMinor,
      };
    }),
  };
}
