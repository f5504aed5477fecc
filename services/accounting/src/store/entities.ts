import type { EntitySchema } from 'typeorm';
import { AccountSchema } from './accounts.ts';
import { InvoiceSchema, LineItemSchema } from './invoices.ts';
import { JournalEntrySchema } from './read-entries.ts';
import { SettlementSchema } from './settlements.ts';

/** What TypeORM reads and writes; the journal is written by `insertEntries` alone. */
export const entities = [
  AccountSchema,
  InvoiceSchema,
  LineItemSchema,
  JournalEntrySchema,
  SettlementSchema,
] as EntitySchema[];
