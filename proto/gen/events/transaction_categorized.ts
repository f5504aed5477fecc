// Generated from proto/events/transaction_categorized.avsc. Do not edit.

/** A bank transaction's category was decided, by the model or by a person. */
export interface TransactionCategorized {
  /** UUID of the transaction. */
  readonly id: string;
  /** 1, and one more for each decision since. */
  readonly version: number;
  /** UUID of the person who brought the transaction in or decided. */
  readonly userId: string;
  /** UUID of the organization it belongs to. */
  readonly organizationId: string;
  /** Calendar date of the transaction. */
  readonly date: string;
  /** The bank's words. */
  readonly description: string;
  /** Minor units; money going out is below zero. */
  readonly amount: bigint;
  /** ISO 4217 code of the amount. */
  readonly currency: string;
  /** Key of the category, such as office_supplies. */
  readonly category: string;
  /** How sure the model was, 0–1; 1 when a person decided. */
  readonly confidence: number;
  /** Who decided: 'model' or 'person'. */
  readonly decidedBy: string;
  /** When it was decided, an ISO 8601 instant in UTC. */
  readonly createdAt: string;
}

/** The Avro schema of `transaction_categorized`. */
export const schema = {
  "type": "record",
  "name": "TransactionCategorized",
  "namespace": "finflow.events",
  "doc": "A bank transaction's category was decided, by the model or by a person.",
  "fields": [
    {
      "name": "id",
      "type": "string",
      "doc": "UUID of the transaction."
    },
    {
      "name": "version",
      "type": "int",
      "doc": "1, and one more for each decision since."
    },
    {
      "name": "userId",
      "type": "string",
      "doc": "UUID of the person who brought the transaction in or decided."
    },
    {
      "name": "organizationId",
      "type": "string",
      "doc": "UUID of the organization it belongs to."
    },
    {
      "name": "date",
      "type": "string",
      "doc": "Calendar date of the transaction."
    },
    {
      "name": "description",
      "type": "string",
      "doc": "The bank's words."
    },
    {
      "name": "amount",
      "type": "long",
      "doc": "Minor units; money going out is below zero."
    },
    {
      "name": "currency",
      "type": "string",
      "doc": "ISO 4217 code of the amount."
    },
    {
      "name": "category",
      "type": "string",
      "doc": "Key of the category, such as office_supplies."
    },
    {
      "name": "confidence",
      "type": "double",
      "doc": "How sure the model was, 0–1; 1 when a person decided."
    },
    {
      "name": "decidedBy",
      "type": "string",
      "doc": "Who decided: 'model' or 'person'."
    },
    {
      "name": "createdAt",
      "type": "string",
      "doc": "When it was decided, an ISO 8601 instant in UTC."
    }
  ]
} as const;
