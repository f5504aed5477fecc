/** A line as the journal has it: debits above zero, credits below, in minor units of `currency`. */
export interface SourceLine {
  readonly accountId: string;
  readonly accountCode: string;
  readonly accountName: string;
  readonly accountType: string;
  readonly isCash: boolean;
  readonly isReceivable: boolean;
  readonly currency: string;
  readonly amountMinor: bigint;
}

/** A part of accounting's journal, of one organization: what the read model is made of. */
export interface JournalPage {
  readonly organizationId: string;
  /** ISO 4217. */
  readonly currency: string;
  /** IANA zone. */
  readonly timeZone: string;
  readonly settingsAt: Date;
  readonly entries: readonly {
    readonly id: string;
    /** Calendar date. */
    readonly date: string;
    readonly invoiceId: string | null;
    /** ISO 8601 instant. */
    readonly postedAt: string;
    readonly lines: readonly SourceLine[];
  }[];
  readonly dueDates: readonly {
    readonly invoiceId: string;
    readonly currency: string;
    readonly dueDate: string;
    /** An instant at which that was the due date. */
    readonly dueDateAt: Date;
  }[];
}

/** Accounting's journal, for whoever builds something from all of it. */
export interface JournalSource {
  /** All of it, or one organization's, in pages of bounded size. What is posted meanwhile is in it or not. */
  pages(organizationId: string | undefined): AsyncIterable<JournalPage>;
  /** Of these entries and issued invoices, 500 at most of each, those that the organization has. */
  named(
    organizationId: string,
    ids: { readonly entryIds: readonly string[]; readonly invoiceIds: readonly string[] },
  ): Promise<Pick<JournalPage, 'entries' | 'dueDates'>>;
}
