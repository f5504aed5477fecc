// Generated from proto/events/journal_entry_posted.avsc. Do not edit.

/** One line of the entry. */
export interface JournalEntryLine {
  /** UUID of the account. */
  readonly accountId: string;
  /** Code of the account. */
  readonly accountCode: string;
  /** Name of the account. */
  readonly accountName: string;
  /** Its kind: ASSET, LIABILITY, EQUITY, REVENUE or EXPENSE. */
  readonly accountType: string;
  /** Whether what is on it counts as cash. */
  readonly isCash: boolean;
  /** Whether what is on it is owed by customers. */
  readonly isReceivable: boolean;
  /** ISO 4217 code of the amount. */
  readonly currency: string;
  /** Minor units: a debit above zero, a credit below. */
  readonly amountMinor: bigint;
}

/** An entry was posted to the books. Its lines sum to zero in each currency. */
export interface JournalEntryPosted {
  /** UUID of the entry. */
  readonly id: string;
  /** UUID of the organization it belongs to. */
  readonly organizationId: string;
  /** Calendar date it counts on. */
  readonly date: string;
  /** What happened; may be empty. */
  readonly description: string;
  /** What it was booked for, as kind:id, such as invoice:…. */
  readonly source: string;
  /** UUID of the invoice it concerns; null when none. */
  readonly invoiceId: string | null;
  /** UUID of the entry it reverses; null when none. */
  readonly reversesEntryId: string | null;
  /** The lines, at least two. */
  readonly lines: readonly JournalEntryLine[];
  /** When it was posted, an ISO 8601 instant in UTC. */
  readonly postedAt: string;
}

/** The Avro schema of `journal_entry_posted`. */
export const schema = {
  "type": "record",
  "name": "JournalEntryPosted",
  "namespace": "finflow.events",
  "doc": "An entry was posted to the books. Its lines sum to zero in each currency.",
  "fields": [
    {
      "name": "id",
      "type": "string",
      "doc": "UUID of the entry."
    },
    {
      "name": "organizationId",
      "type": "string",
      "doc": "UUID of the organization it belongs to."
    },
    {
      "name": "date",
      "type": "string",
      "doc": "Calendar date it counts on."
    },
    {
      "name": "description",
      "type": "string",
      "doc": "What happened; may be empty."
    },
    {
      "name": "source",
      "type": "string",
      "doc": "What it was booked for, as kind:id, such as invoice:…."
    },
    {
      "name": "invoiceId",
      "type": [
        "null",
        "string"
      ],
      "default": null,
      "doc": "UUID of the invoice it concerns; null when none."
    },
    {
      "name": "reversesEntryId",
      "type": [
        "null",
        "string"
      ],
      "default": null,
      "doc": "UUID of the entry it reverses; null when none."
    },
    {
      "name": "lines",
      "type": {
        "type": "array",
        "items": {
          "type": "record",
          "name": "JournalEntryLine",
          "doc": "One line of the entry.",
          "fields": [
            {
              "name": "accountId",
              "type": "string",
              "doc": "UUID of the account."
            },
            {
              "name": "accountCode",
              "type": "string",
              "doc": "Code of the account."
            },
            {
              "name": "accountName",
              "type": "string",
              "doc": "Name of the account."
            },
            {
              "name": "accountType",
              "type": "string",
              "doc": "Its kind: ASSET, LIABILITY, EQUITY, REVENUE or EXPENSE."
            },
            {
              "name": "isCash",
              "type": "boolean",
              "doc": "Whether what is on it counts as cash."
            },
            {
              "name": "isReceivable",
              "type": "boolean",
              "doc": "Whether what is on it is owed by customers."
            },
            {
              "name": "currency",
              "type": "string",
              "doc": "ISO 4217 code of the amount."
            },
            {
              "name": "amountMinor",
              "type": "long",
              "doc": "Minor units: a debit above zero, a credit below."
            }
          ]
        }
      },
      "doc": "The lines, at least two."
    },
    {
      "name": "postedAt",
      "type": "string",
      "doc": "When it was posted, an ISO 8601 instant in UTC."
    }
  ]
} as const;
