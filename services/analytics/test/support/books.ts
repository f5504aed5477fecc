import { newId } from '@finflow/chassis/ids';
import type { RecordingBus } from '@finflow/chassis/testing/recording-bus';
import type { JournalEntryPosted } from '@finflow/proto/events/index';

const account = (
  code: string,
  name: string,
  type: string,
  flags: { isCash?: boolean; isReceivable?: boolean } = {},
) => ({
  id: newId(),
  code,
  name,
  type,
  isCash: flags.isCash ?? false,
  isReceivable: flags.isReceivable ?? false,
});

/** Accounts as accounting's standard chart has them. */
export const chart = {
  bank: account('1000', 'Bank', 'ASSET', { isCash: true }),
  cardClearing: account('1050', 'Card clearing', 'ASSET', { isCash: true }),
  receivable: account('1100', 'Accounts receivable', 'ASSET', { isReceivable: true }),
  taxPayable: account('2200', 'Tax payable', 'LIABILITY'),
  revenue: account('4000', 'Revenue', 'REVENUE'),
  rent: account('6050', 'Rent', 'EXPENSE'),
  software: account('6250', 'Software', 'EXPENSE'),
};

export type AccountName = keyof typeof chart;

export interface EntryOptions {
  readonly invoiceId?: string;
  readonly currency?: string;
  readonly postedAt?: string;
}

/** Posts entries to analytics as accounting would, and keeps what a trial balance would say. */
export class Books {
  readonly #bus: RecordingBus;
  readonly #organizationId: string;
  readonly #balances = new Map<string, bigint>();

  constructor(bus: RecordingBus, organizationId: string) {
    this.#bus = bus;
    this.#organizationId = organizationId;
  }

  /** @param lines debits above zero, credits below; they must add up to zero */
  async post(date: string, lines: Partial<Record<AccountName, number>>, options: EntryOptions = {}): Promise<void> {
    const payload = this.entry(date, lines, options);
    await this.#bus.send({ topic: 'journal_entry_posted', organizationId: this.#organizationId, payload });
    const { currency = 'USD' } = options;
    for (const [name, minor] of Object.entries(lines)) {
      const key = `${currency}/${name}/${date.slice(0, 7)}`;
      this.#balances.set(key, (this.#balances.get(key) ?? 0n) + BigInt(minor));
    }
  }

  entry(date: string, lines: Partial<Record<AccountName, number>>, options: EntryOptions = {}): JournalEntryPosted {
    const { invoiceId = null, currency = 'USD', postedAt = '2026-03-31T12:00:00.000Z' } = options;
    const sum = Object.values(lines).reduce((total, minor) => total + minor, 0);
    if (sum !== 0) throw new Error('A test entry must balance too.');
    return {
      id: newId(),
      organizationId: this.#organizationId,
      date,
      description: '',
      source: `test:${newId()}`,
      invoiceId,
      reversesEntryId: null,
      postedAt,
      lines: Object.entries(lines).map(([name, minor]) => {
        const { id, code, name: title, type, isCash, isReceivable } = chart[name as AccountName];
        return {
          accountId: id,
          accountCode: code,
          accountName: title,
          accountType: type,
          isCash,
          isReceivable,
          currency,
          amountMinor: BigInt(minor),
        };
      }),
    };
  }

  /** Debit less credit of an account, through the end of a month (`YYYY-MM`), from the first of another. */
  balance(name: AccountName, through: string, from = '0000-00', currency = 'USD'): bigint {
    let sum = 0n;
    for (const [key, minor] of this.#balances) {
      const [entryCurrency, entryName, month = ''] = key.split('/');
      if (entryCurrency === currency && entryName === name && month >= from && month <= through) sum += minor;
    }
    return sum;
  }

  async invoice(id: string, dueDate: string, amount: number, currency = 'USD'): Promise<void> {
    await this.#bus.send({
      topic: 'invoice_created',
      organizationId: this.#organizationId,
      payload: {
        id,
        userId: newId(),
        organizationId: this.#organizationId,
        number: `INV-${id.slice(-4)}`,
        client: 'Acme',
        amount: BigInt(amount),
        currency,
        issueDate: '2026-01-01',
        dueDate,
        status: 'PENDING',
        createdAt: '2026-01-01T00:00:00.000Z',
      },
    });
  }

  async newDueDate(id: string, dueDate: string, updatedAt: string): Promise<void> {
    const organizationId = this.#organizationId;
    const payload = { id, organizationId, currency: 'USD', dueDate, updatedAt };
    await this.#bus.send({ topic: 'invoice_updated', organizationId, payload });
  }

  async settings(timeZone: string, updatedAt = '2026-01-01T00:00:00.000Z', currency = 'USD'): Promise<void> {
    await this.#bus.send({
      topic: 'organization_updated',
      organizationId: this.#organizationId,
      payload: { organizationId: this.#organizationId, name: 'Acme', currency, timeZone, updatedAt },
    });
  }
}
