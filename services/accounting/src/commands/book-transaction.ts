import { invalidArgument } from '@finflow/chassis/errors';
import { newId } from '@finflow/chassis/ids';
import type { EntityManager } from 'typeorm';
import { transactionLines } from '../domain/bookings.ts';
import { type JournalEntry, type NewJournalEntry, reversedLines } from '../domain/journal-entry.ts';
import { bookingRole, type Categorization } from '../domain/transaction-categories.ts';
import type { AccountingParts } from '../parts.ts';
import { lockCategorized, saveCategorized } from '../store/categorized-transactions.ts';
import { momentOf, takeBooks } from '../store/organizations.ts';
import { readEntries } from '../store/read-entries.ts';
import { postEntries } from './post-entries.ts';

/** A decision on the category of a bank transaction. */
export interface CategorizedTransaction extends Categorization {
  readonly organizationId: string;
  readonly id: string;
  /** 1, and one more for each decision since. */
  readonly version: bigint;
  /** Who brought the transaction in, or decided. */
  readonly userId: string;
  readonly date: string;
  readonly description: string;
  readonly currency: string;
}

/**
 * Books a categorized transaction, or what changed about it: an entry that no longer fits is reversed on its own date
 * and booked again, so that every month shows what it should have shown. A decision older than the one booked changes
 * nothing. Runs in the transaction of the event that told of it.
 *
 * @throws DomainError INVALID_ARGUMENT `UNKNOWN_CATEGORY`: the event is put aside until this service knows it
 */
export async function bookTransaction(
  tx: EntityManager,
  { clock, bookingConfidence }: AccountingParts,
  transaction: CategorizedTransaction,
): Promise<void> {
  const { organizationId, id, version, category } = transaction;
  const role = bookingRole(transaction, bookingConfidence);
  if (role === undefined) {
    throw invalidArgument(
      'UNKNOWN_CATEGORY',
      'category',
      `must be one that accounting has an account for, not "${category}"`,
    );
  }
  const organization = await takeBooks(tx, organizationId, 'exclusive');
  const before = await lockCategorized(tx, organizationId, id);
  if (version <= before.version) return;
  const [booked] = before.entryId === null ? [] : await readEntries(tx, [before.entryId]);
  if (role !== null && booked && before.category === category && fits(booked, transaction)) {
    await saveCategorized(tx, { ...before, version });
    return;
  }
  const { now } = momentOf(organization, clock);
  const reversal = booked ? [reversalOf(booked, now)] : [];
  const entry = role === null || transaction.amountMinor === 0n ? [] : [entryFor(transaction, role, now)];
  await postEntries(tx, organizationId, [...reversal, ...entry]);
  const entryId = entry[0]?.id ?? null;
  await saveCategorized(tx, { ...before, version, category, entryId });
}

function entryFor(transaction: CategorizedTransaction, role: string, createdAt: Date): NewJournalEntry {
  const { id, version, date, description, currency, amountMinor, decidedBy, userId } = transaction;
  return {
    id: newId(),
    source: `transaction:${id}:${version}`,
    date,
    description,
    createdBy: decidedBy === 'person' ? userId : undefined,
    createdAt,
    lines: transactionLines(currency, amountMinor, role),
  };
}

function reversalOf(entry: JournalEntry, createdAt: Date): NewJournalEntry {
  return {
    id: newId(),
    source: `reversal:${entry.id}`,
    date: entry.date,
    description: `Recategorized: ${entry.description}`,
    reversesEntryId: entry.id,
    createdAt,
    lines: reversedLines(entry.lines),
  };
}

/** Whether what was booked is still this transaction, its category apart. */
function fits(entry: JournalEntry, { date, currency, amountMinor }: CategorizedTransaction): boolean {
  return (
    entry.date === date && entry.lines.some((line) => line.currency === currency && line.amountMinor === amountMinor)
  );
}
