// Generated from proto/events/invoice_created.avsc. Do not edit.

/** An invoice was issued: from now on it is a claim. */
export interface InvoiceCreated {
  /** UUID of the invoice. */
  readonly id: string;
  /** UUID of the person who made it. */
  readonly userId: string;
  /** UUID of the organization it belongs to. */
  readonly organizationId: string;
  /** Its number. */
  readonly number: string;
  /** Name of the customer. */
  readonly client: string;
  /** The total in minor units. */
  readonly amount: bigint;
  /** ISO 4217 code of the amount. */
  readonly currency: string;
  /** Calendar date it is dated. */
  readonly issueDate: string;
  /** Calendar date by which it is to be paid. */
  readonly dueDate: string;
  /** Its status when issued: PENDING or OVERDUE. */
  readonly status: string;
  /** When it was made, an ISO 8601 instant in UTC. */
  readonly createdAt: string;
}

/** The Avro schema of `invoice_created`. */
export const schema = {
  "type": "record",
  "name": "InvoiceCreated",
  "namespace": "finflow.events",
  "doc": "An invoice was issued: from now on it is a claim.",
  "fields": [
    {
      "name": "id",
      "type": "string",
      "doc": "UUID of the invoice."
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
      "name": "number",
      "type": "string",
      "doc": "Its number."
    },
    {
      "name": "client",
      "type": "string",
      "doc": "Name of the customer."
    },
    {
      "name": "amount",
      "type": "long",
      "doc": "The total in minor units."
    },
    {
      "name": "currency",
      "type": "string",
      "doc": "ISO 4217 code of the amount."
    },
    {
      "name": "issueDate",
      "type": "string",
      "doc": "Calendar date it is dated."
    },
    {
      "name": "dueDate",
      "type": "string",
      "doc": "Calendar date by which it is to be paid."
    },
    {
      "name": "status",
      "type": "string",
      "doc": "Its status when issued: PENDING or OVERDUE."
    },
    {
      "name": "createdAt",
      "type": "string",
      "doc": "When it was made, an ISO 8601 instant in UTC."
    }
  ]
} as const;
