import { invalidArgument } from '@finflow/chassis/errors';
import type { AccountReference, AccountType } from './account.ts';

/** One line of an entry to be posted. */
export interface NewJournalLine {
  readonly account: AccountReference;
  /** ISO 4217 code. */
  readonly currency: string;
  /** Minor units: a debit above zero, a credit below; never zero. */
  readonly amountMinor: bigint;
  readonly memo?: string;
  /** The request's field that named the account, for errors: `lines[2].account`. */
  readonly field?: string;
}

/** An entry to be posted. */
export interface NewJournalEntry {
  /** Made by whoever posts, so that the result of a request is known before its statement runs. */
  readonly id: string;
  /** What it is booked for, as `kind:id`; the same source books once. */
  readonly source: string;
  /** Calendar date it counts on. */
  readonly date: string;
  readonly description: string;
  readonly invoiceId?: string;
  readonly reversesEntryId?: string;
  /** The person who posted it; absent when the platform did. */
  readonly createdBy?: string;
  readonly createdAt: Date;
  readonly lines: readonly NewJournalLine[];
}

/** A line as posted, with its account as it was then. */
export interface JournalLine {
  readonly accountId: string;
  readonly accountCode: string;
  readonly accountName: string;
  readonly accountType: AccountType;
  readonly isCash: boolean;
  readonly isReceivable: boolean;
  readonly currency: string;
  readonly amountMinor: bigint;
  readonly memo: string;
}

/** A posted entry. */
export interface JournalEntry {
  readonly organizationId: string;
  readonly id: string;
  readonly source: string;
  readonly date: string;
  readonly description: string;
  readonly invoiceId: string | null;
  readonly reversesEntryId: string | null;
  /** The entry that reverses this one; null while it stands. */
  readonly reversedByEntryId: string | null;
  readonly createdBy: string | null;
  readonly createdAt: Date;
  readonly lines: readonly JournalLine[];
}

/** Lines at most in one entry; also the bound of the contract. */
export const maxLines = 1000;

/**
 * The rules of double entry, told before the database refuses: at least two lines, none of zero, debits equal to
 * credits in each currency.
 *
 * @throws DomainError INVALID_ARGUMENT `ENTRY_NOT_BALANCED` (metadata currencyCode, debitMinor, creditMinor),
 *   `ENTRY_TOO_FEW_LINES`, `ENTRY_TOO_MANY_LINES`, `LINE_IS_ZERO`
 */
export function checkLines(lines: readonly NewJournalLine[]): void {
  if (lines.length < 2) throw invalidArgument('ENTRY_TOO_FEW_LINES', 'lines', 'must be at least two');
  if (lines.length > maxLines) {
    throw invalidArgument('ENTRY_TOO_MANY_LINES', 'lines', `must be at most ${maxLines}`);
  }
  const sums = new Map<string, { debit: bigint; credit: bigint }>();
  for (const { currency, amountMinor, field } of lines) {
    if (amountMinor === 0n) throw invalidArgument('LINE_IS_ZERO', field ?? 'lines', 'must not be on a line of zero');
    const sum = sums.get(currency) ?? { debit: 0n, credit: 0n };
    if (amountMinor > 0n) sum.debit += amountMinor;
    else sum.credit -= amountMinor;
    sums.set(currency, sum);
  }
  for (const [currency, { debit, credit }] of sums) {
    if (debit === credit) continue;
    throw invalidArgument('ENTRY_NOT_BALANCED', 'lines', `must balance: debits and credits differ in ${currency}`, {
      currencyCode: currency,
      debitMinor: debit.toString(),
      creditMinor: credit.toString(),
    });
  }
}

/** The lines that undo these. */
export function reversedLines(lines: readonly JournalLine[]): NewJournalLine[] {
  return lines.map(({ accountId, currency, amountMinor, memo }) => ({
    account: { id: accountId },
    currency,
    amountMinor: -amountMinor,
    memo,
  }));
}

const documentKinds = new Set(['invoice:', 'payment:', 'refund:', 'transaction:']);

/**
 * Whether an entry with this source was booked for a document. Such an entry is undone through its document (cancel,
 * refund, recategorize), so that document and books cannot disagree.
 */
export function belongsToDocument(source: string): boolean {
  return documentKinds.has(source.slice(0, source.indexOf(':') + 1));
}
