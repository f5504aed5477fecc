// Generated from proto/events/payment_refunded.avsc. Do not edit.

/** A payment was given back, in full or in part. */
export interface PaymentRefunded {
  /** UUID of the refund. */
  readonly id: string;
  /** UUID of the payment. */
  readonly paymentId: string;
  /** UUID of the person who asked for it, or who made the payment when the processor did. */
  readonly userId: string;
  /** UUID of the organization it belongs to. */
  readonly organizationId: string;
  /** UUID of the invoice the payment pays; null when none. */
  readonly invoiceId: string | null;
  /** What this refund gave back, in minor units. */
  readonly amount: bigint;
  /** ISO 4217 code of the amount. */
  readonly currency: string;
  /** The processor's id of the refund. */
  readonly processorId: string;
  /** When it was given back, an ISO 8601 instant in UTC. */
  readonly createdAt: string;
}

/** The Avro schema of `payment_refunded`. */
export const schema = {
  "type": "record",
  "name": "PaymentRefunded",
  "namespace": "finflow.events",
  "doc": "A payment was given back, in full or in part.",
  "fields": [
    {
      "name": "id",
      "type": "string",
      "doc": "UUID of the refund."
    },
    {
      "name": "paymentId",
      "type": "string",
      "doc": "UUID of the payment."
    },
    {
      "name": "userId",
      "type": "string",
      "doc": "UUID of the person who asked for it, or who made the payment when the processor did."
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
      "doc": "UUID of the invoice the payment pays; null when none."
    },
    {
      "name": "amount",
      "type": "long",
      "doc": "What this refund gave back, in minor units."
    },
    {
      "name": "currency",
      "type": "string",
      "doc": "ISO 4217 code of the amount."
    },
    {
      "name": "processorId",
      "type": "string",
      "doc": "The processor's id of the refund."
    },
    {
      "name": "createdAt",
      "type": "string",
      "doc": "When it was given back, an ISO 8601 instant in UTC."
    }
  ]
} as const;
