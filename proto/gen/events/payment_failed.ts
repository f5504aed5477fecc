// Generated from proto/events/payment_failed.avsc. Do not edit.

/** A payment was refused by the processor; no money moved. */
export interface PaymentFailed {
  /** UUID of the payment. */
  readonly id: string;
  /** UUID of the person who made it. */
  readonly userId: string;
  /** UUID of the organization it belongs to. */
  readonly organizationId: string;
  /** UUID of the invoice it pays; null when none. */
  readonly invoiceId: string | null;
  /** What was to be paid, in minor units. */
  readonly amount: bigint;
  /** ISO 4217 code of the amount. */
  readonly currency: string;
  /** The processor's reason, such as card_declined. */
  readonly reason: string;
  /** When it was made, an ISO 8601 instant in UTC. */
  readonly createdAt: string;
}

/** The Avro schema of `payment_failed`. */
export const schema = {
  "type": "record",
  "name": "PaymentFailed",
  "namespace": "finflow.events",
  "doc": "A payment was refused by the processor; no money moved.",
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
      "doc": "What was to be paid, in minor units."
    },
    {
      "name": "currency",
      "type": "string",
      "doc": "ISO 4217 code of the amount."
    },
    {
      "name": "reason",
      "type": "string",
      "doc": "The processor's reason, such as card_declined."
    },
    {
      "name": "createdAt",
      "type": "string",
      "doc": "When it was made, an ISO 8601 instant in UTC."
    }
  ]
} as const;
