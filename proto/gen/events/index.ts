// Generated from proto/events. Do not edit.

import { type UserCreated, schema as user_created } from './user_created.ts';
import { type OrganizationUpdated, schema as organization_updated } from './organization_updated.ts';
import { type InvoiceCreated, schema as invoice_created } from './invoice_created.ts';
import { type InvoiceUpdated, schema as invoice_updated } from './invoice_updated.ts';
import { type PaymentCompleted, schema as payment_completed } from './payment_completed.ts';
import { type PaymentFailed, schema as payment_failed } from './payment_failed.ts';
import { type PaymentRefunded, schema as payment_refunded } from './payment_refunded.ts';
import { type JournalEntryPosted, schema as journal_entry_posted } from './journal_entry_posted.ts';
import { type TransactionCategorized, schema as transaction_categorized } from './transaction_categorized.ts';

/** The payload of each topic. */
export interface EventPayloads {
  readonly user_created: UserCreated;
  readonly organization_updated: OrganizationUpdated;
  readonly invoice_created: InvoiceCreated;
  readonly invoice_updated: InvoiceUpdated;
  readonly payment_completed: PaymentCompleted;
  readonly payment_failed: PaymentFailed;
  readonly payment_refunded: PaymentRefunded;
  readonly journal_entry_posted: JournalEntryPosted;
  readonly transaction_categorized: TransactionCategorized;
}

/** Name of a topic. */
export type Topic = keyof EventPayloads;

/** What a topic is declared to be. */
export interface TopicDeclaration {
  readonly name: Topic;
  /** Payload fields that give a record's key: the first that is not null. One key's records stay in order. */
  readonly key: readonly string[];
  /** The service that publishes it. */
  readonly producer: string;
  /** Consumer groups that must have it. */
  readonly consumers: readonly string[];
  readonly partitions: number;
  /** Copies of each partition, on as many brokers. */
  readonly replicationFactor: number;
  readonly retentionMs: number;
  /** `delete` forgets records after the retention, `compact` all but the last of each key. */
  readonly cleanupPolicy: 'delete' | 'compact';
  /** What the schema registry holds a new version of the schema to. */
  readonly compatibility: 'BACKWARD_TRANSITIVE';
}

/** Every topic there is. */
export const topics: Readonly<Record<Topic, TopicDeclaration>> = {
  user_created: {"name":"user_created","key":["organizationId"],"producer":"auth","consumers":["accounting","analytics"],"partitions":3,"replicationFactor":2,"retentionMs":604800000,"cleanupPolicy":"delete","compatibility":"BACKWARD_TRANSITIVE"},
  organization_updated: {"name":"organization_updated","key":["organizationId"],"producer":"auth","consumers":["accounting","analytics"],"partitions":3,"replicationFactor":2,"retentionMs":604800000,"cleanupPolicy":"delete","compatibility":"BACKWARD_TRANSITIVE"},
  invoice_created: {"name":"invoice_created","key":["id"],"producer":"accounting","consumers":["analytics"],"partitions":3,"replicationFactor":2,"retentionMs":604800000,"cleanupPolicy":"delete","compatibility":"BACKWARD_TRANSITIVE"},
  invoice_updated: {"name":"invoice_updated","key":["id"],"producer":"accounting","consumers":["analytics"],"partitions":3,"replicationFactor":2,"retentionMs":604800000,"cleanupPolicy":"delete","compatibility":"BACKWARD_TRANSITIVE"},
  payment_completed: {"name":"payment_completed","key":["invoiceId","id"],"producer":"payments","consumers":["accounting"],"partitions":3,"replicationFactor":2,"retentionMs":604800000,"cleanupPolicy":"delete","compatibility":"BACKWARD_TRANSITIVE"},
  payment_failed: {"name":"payment_failed","key":["invoiceId","id"],"producer":"payments","consumers":["accounting"],"partitions":3,"replicationFactor":2,"retentionMs":604800000,"cleanupPolicy":"delete","compatibility":"BACKWARD_TRANSITIVE"},
  payment_refunded: {"name":"payment_refunded","key":["invoiceId","paymentId"],"producer":"payments","consumers":["accounting"],"partitions":3,"replicationFactor":2,"retentionMs":604800000,"cleanupPolicy":"delete","compatibility":"BACKWARD_TRANSITIVE"},
  journal_entry_posted: {"name":"journal_entry_posted","key":["organizationId"],"producer":"accounting","consumers":["analytics"],"partitions":3,"replicationFactor":2,"retentionMs":604800000,"cleanupPolicy":"delete","compatibility":"BACKWARD_TRANSITIVE"},
  transaction_categorized: {"name":"transaction_categorized","key":["id"],"producer":"analytics","consumers":["accounting"],"partitions":3,"replicationFactor":2,"retentionMs":604800000,"cleanupPolicy":"delete","compatibility":"BACKWARD_TRANSITIVE"},
};

/** The Avro schema of each topic's payload. */
export const schemas = { user_created, organization_updated, invoice_created, invoice_updated, payment_completed, payment_failed, payment_refunded, journal_entry_posted, transaction_categorized } as const;

export type { UserCreated, OrganizationUpdated, InvoiceCreated, InvoiceUpdated, PaymentCompleted, PaymentFailed, PaymentRefunded, JournalEntryPosted, TransactionCategorized };
