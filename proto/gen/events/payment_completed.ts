// Generated from proto/events/payment_completed.avsc. Do not edit.

/** A payment was paid. */
export interface PaymentCompleted {
  /** UUID of the payment. */
  readonly id: string;
  /** UUID of the person who made it. */
  readonly userId: string;
  /** UUID of the organization it belongs to. */
  readonly organizationId: string;
  /** UUID of the invoice it pays; null when none. */
  readonly invoiceId: string | null;
  /** What was paid, in minor units. */
  readonly amount: bigint;
  /** ISO 4217 code of the amount. */
  readonly currency: string;
  /** Its status: COMPLETED. */
  readonly status: string;
  /** The processor's id of it. */
  readonly processorId: string;
  /** When it was made, an ISO 8601 instant in UTC. */
  readonly createdAt: string;
  /** When it was paid, an ISO 8601 instant in UTC. */
  readonly completedAt: string;
}

/** The Avro schema of `payment_completed`. */
export const schema = {
  "type": "record",
  "name": "PaymentCompleted",
  "namespace": "finflow.events",
  "doc": "A payment was paid.",
  "fields": [
    {
      "name": "id",
      "type": "string",
      "doc": "UUID of the payment."
    },
    {
      "name": "userId",
      "type": "string",
      "doc": "UUID of the person who made it."
    },
    {
      "name": "organizationId",
      "type": "string",
      "doc": "UUID of the organization it belongs to."
    },
    {
      "name": "invoiceId",
      "type": [
        "null",
        "string"
      ],
      "default": null,
      "doc": "UUID of the invoice it pays; null when none."
    },
    {
      "name": "amount",
      "type": "long",
      "doc": "What was paid, in minor units."
    },
    {
      "name": "currency",
      "type": "string",
      "doc": "ISO 4217 code of the amount."
    },
    {
      "name": "status",
      "type": "string",
      "doc": "Its status: COMPLETED."
    },
    {
      "name": "processorId",
      "type": "string",
      "doc": "The processor's id of it."
    },
    {
      "name": "createdAt",
      "type": "string",
      "doc": "When it was made, an ISO 8601 instant in UTC."
    },
    {
      "name": "completedAt",
      "type": "string",
      "doc": "When it was paid, an ISO 8601 instant in UTC."
    }
  ]
} as const;
