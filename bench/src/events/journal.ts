import { newId } from '@finflow/chassis/ids';
import type { JournalEntryPosted } from '@finflow/proto/events/index';

const cash = account('1000', 'Cash', { accountType: 'ASSET', isCash: true });
const expenses = Array.from({ length: 12 }, (_, index) => account(String(6000 + index * 50), `Expense ${index}`));

function account(accountCode: string, accountName: string, kind: { accountType?: string; isCash?: boolean } = {}) {
  return {
    accountId: newId(),
    accountCode,
    accountName,
    accountType: 'EXPENSE',
    isCash: false,
    isReceivable: false,
    ...kind,
  };
}

/** An entry of two lines, as accounting posts most of them. */
export function postedEntry(organizationId: string, postedAt: Date): JournalEntryPosted {
  const id = newId();
  const amountMinor = BigInt(1 + Math.floor(Math.random() * 100_000));
  const expense = expenses[Math.floor(Math.random() * expenses.length)] ?? cash;
  return {
    id,
    organizationId,
    date: postedAt.toISOString().slice(0, 10),
    description: 'bench',
    source: `manual:${id}`,
    invoiceId: null,
    reversesEntryId: null,
    lines: [
      { ...expense, currency: 'USD', amountMinor },
      { ...cash, currency: 'USD', amountMinor: -amountMinor },
    ],
    postedAt: postedAt.toISOString(),
  };
}
