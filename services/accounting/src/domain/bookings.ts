import type { InvoiceHeader } from './invoice.ts';
import type { NewJournalLine } from './journal-entry.ts';
import type { Split } from './settlement.ts';
import { role } from './standard-chart.ts';

/** What is booked for each document: the account names are those of the standard chart. */

/** Invoice issued: Dr Accounts receivable, Cr Revenue, Cr Tax payable. */
export function issuedInvoiceLines(invoice: InvoiceHeader): NewJournalLine[] {
  return lines(invoice.currency, [
    [role.accountsReceivable, invoice.totalMinor],
    [role.revenue, -invoice.subtotalMinor],
    [role.taxPayable, -invoice.taxMinor],
  ]);
}

/** Payment completed: Dr Card clearing, Cr Accounts receivable, Cr Customer credits. */
export function paymentLines(currency: string, { appliedMinor, creditedMinor }: Split): NewJournalLine[] {
  return lines(currency, [
    [role.cardClearing, appliedMinor + creditedMinor],
    [role.accountsReceivable, -appliedMinor],
    [role.customerCredits, -creditedMinor],
  ]);
}

/** Payment refunded: Dr Customer credits, Dr Accounts receivable, Cr Card clearing. */
export function refundLines(currency: string, { appliedMinor, creditedMinor }: Split): NewJournalLine[] {
  return lines(currency, [
    [role.customerCredits, creditedMinor],
    [role.accountsReceivable, appliedMinor],
    [role.cardClearing, -(appliedMinor + creditedMinor)],
  ]);
}

/**
 * A categorized bank transaction. An outflow in an expense category: Dr expense, Cr Bank; an inflow there is that
 * expense coming back: Dr Bank, Cr expense.
 *
 * @param amountMinor as the bank says it: below zero when money went out
 */
export function transactionLines(currency: string, amountMinor: bigint, accountRole: string): NewJournalLine[] {
  return lines(currency, [
    [accountRole, -amountMinor],
    [role.bank, amountMinor],
  ]);
}

function lines(currency: string, amounts: readonly (readonly [string, bigint])[]): NewJournalLine[] {
  return amounts
    .filter(([, amountMinor]) => amountMinor !== 0n)
    .map(([account, amountMinor]) => ({ account: { role: account }, currency, amountMinor }));
}
