import { systemClock } from '@finflow/chassis/clock';
import { Database } from '@finflow/chassis/database/database';
import { newId } from '@finflow/chassis/ids';
import type { JournalEntryPosted } from '@finflow/proto/events/index';
import { type RebuildRequest, rebuildReadModel } from '../../src/commands/rebuild-read-model.ts';
import type { JournalPage, JournalSource } from '../../src/domain/journal-source.ts';
import type { Analytics } from './analytics.ts';
import { type AccountName, Books, type EntryOptions } from './books.ts';

type Lines = Partial<Record<AccountName, number>>;

/** Accounting as a rebuild sees it: what a test posts is in its journal, and its event is delivered unless said. */
export class Journal implements JournalSource {
  /** Runs before each page is given. */
  beforePage: (number: number) => Promise<void> | void = () => undefined;
  /** Runs before entries are given by their ids. */
  beforeNamed: () => Promise<void> | void = () => undefined;
  entriesAPage = 3;
  readonly #analytics: Analytics;
  readonly #organizations = new Map<
    string,
    { entries: JournalEntryPosted[]; dueDates: JournalPage['dueDates'][number][] }
  >();

  constructor(analytics: Analytics) {
    this.#analytics = analytics;
  }

  /** A new organization, known to both sides. */
  async organization(): Promise<string> {
    const id = await this.#analytics.organization();
    this.#organizations.set(id, { entries: [], dueDates: [] });
    return id;
  }

  /** Posts an entry now; its event is the caller's to deliver. */
  post(organizationId: string, date: string, lines: Lines, options: EntryOptions = {}): JournalEntryPosted {
    const books = new Books(this.#analytics.bus, organizationId);
    const entry = books.entry(date, lines, { postedAt: systemClock.now().toISOString(), ...options });
    this.#booksOf(organizationId).entries.push(entry);
    return entry;
  }

  /** Delivers an entry's event, whose id is the entry's unless given. */
  async deliver(entry: JournalEntryPosted, id = entry.id): Promise<void> {
    const { organizationId } = entry;
    await this.#analytics.bus.send({ topic: 'journal_entry_posted', organizationId, payload: entry, id });
  }

  /** Posts an entry and delivers its event. */
  async book(
    organizationId: string,
    date: string,
    lines: Lines,
    options: EntryOptions = {},
  ): Promise<JournalEntryPosted> {
    const entry = this.post(organizationId, date, lines, options);
    await this.deliver(entry);
    return entry;
  }

  /** Issues an invoice in January and delivers its events. */
  async invoice(organizationId: string, amount: number, dueDate: string): Promise<string> {
    const id = newId();
    await new Books(this.#analytics.bus, organizationId).invoice(id, dueDate, amount);
    const dueDateAt = new Date('2026-01-02T00:00:00Z');
    this.#booksOf(organizationId).dueDates.push({ invoiceId: id, currency: 'USD', dueDate, dueDateAt });
    await this.book(organizationId, '2026-01-01', { receivable: amount, revenue: -amount }, { invoiceId: id });
    return id;
  }

  #booksOf(organizationId: string) {
    const books = this.#organizations.get(organizationId);
    if (!books) throw new Error('Make the organization first.');
    return books;
  }

  async *pages(only: string | undefined): AsyncGenerator<JournalPage> {
    let number = 0;
    for (const organizationId of [...this.#organizations.keys()].sort()) {
      if (only !== undefined && only !== organizationId) continue;
      const { entries, dueDates } = this.#booksOf(organizationId);
      for (let after = ''; ; ) {
        number += 1;
        await this.beforePage(number);
        const rest = entries.filter(({ id }) => id > after).sort((a, b) => (a.id < b.id ? -1 : 1));
        const page = rest.slice(0, this.entriesAPage);
        const isFull = page.length === this.entriesAPage;
        yield { ...SETTINGS, organizationId, entries: page, dueDates: isFull ? [] : [...dueDates] };
        if (!isFull) break;
        after = page.at(-1)?.id ?? '';
      }
    }
  }

  async named(organizationId: string, { entryIds, invoiceIds }: Parameters<JournalSource['named']>[1]) {
    await this.beforeNamed();
    const { entries = [], dueDates = [] } = this.#organizations.get(organizationId) ?? {};
    return {
      entries: entries.filter(({ id }) => entryIds.includes(id)),
      dueDates: dueDates.filter(({ invoiceId }) => invoiceIds.includes(invoiceId)),
    };
  }
}

const SETTINGS = { currency: 'USD', timeZone: 'UTC', settingsAt: new Date('2025-01-01T00:00:00Z') };

/** Runs a rebuild as the owner of the service's database. */
export async function rebuilding(analytics: Analytics, journal: JournalSource, request: Partial<RebuildRequest> = {}) {
  const database = new Database({ url: analytics.database.ownerUrl, poolSize: 3 });
  await database.connect();
  try {
    return await rebuildReadModel({ database, journal }, { swap: false, arrivalMs: 0, ...request });
  } finally {
    await database.close();
  }
}

/** The whole live read model, as rows. */
export async function readModel(analytics: Analytics): Promise<unknown> {
  const rows = (table: string, columns: string) =>
    analytics.rows(`select ${columns} from ${table} order by ${columns}`);
  return {
    months: await rows(
      'ledger_months',
      'organization_id, currency, month, account_id, account_code, account_name, debit_minor, credit_minor, lines',
    ),
    books: await rows('books', 'organization_id, last_posted_at'),
    receivables: await rows('receivables', 'organization_id, invoice_id, currency, balance_minor, due_date'),
    organizations: await rows('organizations', 'organization_id, currency, time_zone'),
  };
}
