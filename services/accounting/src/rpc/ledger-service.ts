import { requestKey } from '@finflow/chassis/idempotency';
import { memberOf } from '@finflow/chassis/identity';
import { awaitBooks } from '@finflow/chassis/rpc/await-books';
import { type ServedService, serve } from '@finflow/chassis/rpc/serve';
import {
  JournalSide,
  LedgerService,
  type PostJournalEntryRequest,
} from '@finflow/proto/finflow/accounting/v1/ledger_pb';
import { createAccount } from '../commands/create-account.ts';
import type { PostingRequest } from '../commands/post-journal-entries.ts';
import type { PostingQueue } from '../commands/posting-queue.ts';
import { reverseJournalEntry } from '../commands/reverse-journal-entry.ts';
import type { AccountingParts } from '../parts.ts';
import { exportJournal } from '../queries/export-journal.ts';
import { getJournalEntry } from '../queries/get-journal-entry.ts';
import { getTrialBalance } from '../queries/get-trial-balance.ts';
import { listAccounts } from '../queries/list-accounts.ts';
import { listJournalEntries } from '../queries/list-journal-entries.ts';
import { toWirePage } from './export-reply.ts';
import { accountTypesOf, toWireAccount, toWireEntry, toWireTrialBalance } from './ledger-reply.ts';

const { method } = LedgerService;

/** LedgerService of the contract. */
export function ledgerService(parts: AccountingParts, queue: PostingQueue): ServedService {
  const served = serve(LedgerService, {
    async createAccount(request, context) {
      const { code, name, isCash, description } = request;
      const [type = 'ASSET'] = accountTypesOf([request.type]);
      const key = requestKey(method.createAccount, request);
      const account = await createAccount(parts, memberOf(context), { code, name, type, isCash, description }, key);
      return { account: toWireAccount(account) };
    },
    async listAccounts(request, context) {
      const { query, includeClosed } = request;
      const filters = { types: accountTypesOf(request.types), query, includeClosed };
      const { accounts, nextPageToken, totalSize } = await listAccounts(parts, memberOf(context), filters, request);
      return {
        accounts: accounts.map(({ account, balances }) => toWireAccount(account, balances)),
        nextPageToken,
        totalSize,
      };
    },
    async postJournalEntry(request, context) {
      const { organizationId, userId } = memberOf(context);
      return { journalEntry: toWireEntry(await queue.post(organizationId, postingOf(request, userId))) };
    },
    async reverseJournalEntry(request, context) {
      const key = requestKey(method.reverseJournalEntry, request);
      return { journalEntry: toWireEntry(await reverseJournalEntry(parts, memberOf(context), request, key)) };
    },
    async getJournalEntry(request, context) {
      return { journalEntry: toWireEntry(await getJournalEntry(parts, memberOf(context), request.id)) };
    },
    async listJournalEntries(request, context) {
      const { account, invoiceId, query, dateFrom, dateTo } = request;
      const filters = { account, invoiceId, query, dateFrom, dateTo };
      const page = await listJournalEntries(parts, memberOf(context), filters, request);
      return {
        journalEntries: page.entries.map(toWireEntry),
        nextPageToken: page.nextPageToken,
        totalSize: page.totalSize,
      };
    },
    async getTrialBalance({ asOf }, context) {
      return toWireTrialBalance(asOf, await getTrialBalance(parts, memberOf(context), asOf));
    },
    async *exportJournal(request) {
      for await (const page of exportJournal(parts, request)) yield toWirePage(page);
    },
  });
  return awaitBooks(served);
}

function postingOf(request: PostJournalEntryRequest, userId: string): PostingRequest {
  const { debitAccount, creditAccount, amount, date, description, invoiceId } = request;
  return {
    userId,
    debitAccount,
    creditAccount,
    amount,
    lines: request.lines.map((line) => ({
      account: line.account,
      side: line.side === JournalSide.DEBIT ? 'DEBIT' : 'CREDIT',
      currencyCode: line.amount?.currencyCode ?? '',
      amountMinor: line.amount?.amountMinor ?? 0n,
      memo: line.memo,
    })),
    date,
    description,
    invoiceId,
    key: requestKey(method.postJournalEntry, request),
  };
}
