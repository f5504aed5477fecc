import { invalidArgument } from '@finflow/chassis/errors';
import { assertCurrency } from '@finflow/chassis/money';
import { type AccountReference, accountReference } from './account.ts';
import { checkLines, type JournalEntry, type NewJournalLine } from './journal-entry.ts';

/** One line of an entry as a person asks for it; an empty currency means the organization's. */
export interface RequestedLine {
  /** Id or code. */
  readonly account: string;
  readonly side: 'DEBIT' | 'CREDIT';
  readonly currencyCode: string;
  /** Above zero. */
  readonly amountMinor: bigint;
  readonly memo: string;
}

/** An entry as a person asks for it: two accounts and an amount, or lines. */
export interface RequestedEntry {
  readonly debitAccount: string;
  readonly creditAccount: string;
  readonly amount?: { readonly currencyCode: string; readonly amountMinor: bigint };
  readonly lines: readonly RequestedLine[];
}

/**
 * The lines of an entry a person asks for, balanced.
 *
 * @throws DomainError INVALID_ARGUMENT `AMOUNT_OR_LINES_REQUIRED`, `UNKNOWN_CURRENCY`, and those of `checkLines`
 */
export function manualLines(request: RequestedEntry, defaultCurrency: string): NewJournalLine[] {
  const { debitAccount, creditAccount, amount } = request;
  const simple = debitAccount !== '' || creditAccount !== '' || amount !== undefined;
  if (simple === request.lines.length > 0) {
    const rule = simple ? 'must be empty beside' : 'must be at least two, in the absence of';
    throw invalidArgument('AMOUNT_OR_LINES_REQUIRED', 'lines', `${rule} debit_account, credit_account and amount`);
  }
  const lines = simple ? simpleLines(request, defaultCurrency) : severalLines(request.lines, defaultCurrency);
  checkLines(lines);
  return lines;
}

/** The accounts that a request names, whether or not it can be done. */
export function requestedAccounts({ debitAccount, creditAccount, lines }: RequestedEntry): AccountReference[] {
  return [debitAccount, creditAccount, ...lines.map(({ account }) => account)].map(accountReference);
}

function simpleLines(
  { debitAccount, creditAccount, amount }: RequestedEntry,
  defaultCurrency: string,
): NewJournalLine[] {
  if (debitAccount === '') throw incomplete('debit_account');
  if (creditAccount === '') throw incomplete('credit_account');
  if (!amount) throw incomplete('amount');
  const currency = currencyOf(amount.currencyCode, defaultCurrency, 'amount.currency_code');
  const { amountMinor } = amount;
  return [
    { account: accountReference(debitAccount), currency, amountMinor, field: 'debit_account' },
    { account: accountReference(creditAccount), currency, amountMinor: -amountMinor, field: 'credit_account' },
  ];
}

function severalLines(lines: readonly RequestedLine[], defaultCurrency: string): NewJournalLine[] {
  return lines.map(({ account, side, currencyCode, amountMinor, memo }, index) => ({
    account: accountReference(account),
    currency: currencyOf(currencyCode, defaultCurrency, `lines[${index}].amount.currency_code`),
    amountMinor: side === 'DEBIT' ? amountMinor : -amountMinor,
    memo,
    field: `lines[${index}].account`,
  }));
}

/**
 * An entry moves something from one account to another.
 *
 * @throws DomainError INVALID_ARGUMENT `SAME_ACCOUNT` when all its lines are on one account
 */
export function checkAccountsDiffer(entry: JournalEntry, request: RequestedEntry): void {
  if (new Set(entry.lines.map(({ accountId }) => accountId)).size > 1) return;
  const field = request.lines.length > 0 ? 'lines' : 'credit_account';
  throw invalidArgument(
    'SAME_ACCOUNT',
    field,
    'must not all be one account: an entry moves something from one to another',
  );
}

function currencyOf(code: string, defaultCurrency: string, field: string): string {
  if (code === '') return defaultCurrency;
  assertCurrency(code, field);
  return code;
}

function incomplete(field: string): Error {
  return invalidArgument('AMOUNT_OR_LINES_REQUIRED', field, 'is required when there are no lines');
}
