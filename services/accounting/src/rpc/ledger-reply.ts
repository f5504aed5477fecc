import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { toProto } from '@finflow/chassis/money';
import {
  AccountSchema,
  type GetTrialBalanceResponse,
  GetTrialBalanceResponseSchema,
  JournalEntrySchema,
  JournalSide,
  type Account as WireAccount,
  AccountType as WireAccountType,
  type JournalEntry as WireJournalEntry,
} from '@finflow/proto/finflow/accounting/v1/ledger_pb';
import type { Account, AccountType } from '../domain/account.ts';
import type { JournalEntry } from '../domain/journal-entry.ts';
import type { TrialBalance } from '../queries/get-trial-balance.ts';
import type { AccountPage } from '../queries/list-accounts.ts';

const wireTypes: Readonly<Record<AccountType, WireAccountType>> = {
  ASSET: WireAccountType.ASSET,
  LIABILITY: WireAccountType.LIABILITY,
  EQUITY: WireAccountType.EQUITY,
  REVENUE: WireAccountType.REVENUE,
  EXPENSE: WireAccountType.EXPENSE,
};

const types = new Map(Object.entries(wireTypes).map(([name, wire]) => [wire, name as AccountType]));

/** Account types as a request names them; the contract's rules let no other value in. */
export function accountTypesOf(wire: readonly WireAccountType[]): AccountType[] {
  return wire.flatMap((type) => types.get(type) ?? []);
}

/** An account as the contract carries it. */
export function toWireAccount(
  account: Account,
  balances: AccountPage['accounts'][number]['balances'] = [],
): WireAccount {
  const { id, code, name, type, isCash, isReceivable, description, createdAt, closedAt } = account;
  return create(AccountSchema, {
    id,
    code,
    name,
    type: wireTypes[type],
    isCash,
    isReceivable,
    description,
    balances: balances.map(({ currency, debitMinor, creditMinor }) =>
      toProto({ currencyCode: currency, amountMinor: debitMinor - creditMinor }),
    ),
    createdAt: timestampFromDate(createdAt),
    closedAt: closedAt ? timestampFromDate(closedAt) : undefined,
  });
}

/** A posted entry as the contract carries it. */
export function toWireEntry(entry: JournalEntry): WireJournalEntry {
  return create(JournalEntrySchema, {
    id: entry.id,
    organizationId: entry.organizationId,
    date: entry.date,
    description: entry.description,
    source: entry.source,
    invoiceId: entry.invoiceId ?? '',
    reversesEntryId: entry.reversesEntryId ?? '',
    reversedByEntryId: entry.reversedByEntryId ?? '',
    lines: entry.lines.map(({ accountId, accountCode, accountName, currency, amountMinor, memo }) => ({
      accountId,
      accountCode,
      accountName,
      side: amountMinor > 0n ? JournalSide.DEBIT : JournalSide.CREDIT,
      amount: toProto({ currencyCode: currency, amountMinor: amountMinor > 0n ? amountMinor : -amountMinor }),
      memo,
    })),
    createdAt: timestampFromDate(entry.createdAt),
    createdBy: entry.createdBy ?? '',
  });
}

/** A trial balance as the contract carries it. */
export function toWireTrialBalance(asOf: string, { rows, totals }: TrialBalance): GetTrialBalanceResponse {
  return create(GetTrialBalanceResponseSchema, {
    asOf,
    rows: rows.map(({ accountId, accountCode, accountName, accountType, currency, debitMinor, creditMinor }) => ({
      accountId,
      accountCode,
      accountName,
      accountType: wireTypes[accountType],
      debit: toProto({ currencyCode: currency, amountMinor: debitMinor }),
      credit: toProto({ currencyCode: currency, amountMinor: creditMinor }),
      balance: toProto({ currencyCode: currency, amountMinor: debitMinor - creditMinor }),
    })),
    totals: totals.map(({ currency, debitMinor, creditMinor }) => ({
      debit: toProto({ currencyCode: currency, amountMinor: debitMinor }),
      credit: toProto({ currencyCode: currency, amountMinor: creditMinor }),
    })),
  });
}
