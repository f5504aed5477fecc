// Generated from proto/events/invoice_updated.avsc. Do not edit.

/** An issued invoice has another due date. Carries what may change after issuing and others act on, as it is now. */
export interface InvoiceUpdated {
  /** UUID of the invoice. */
  readonly id: string;
  /** UUID of the organization it belongs to. */
  readonly organizationId: string;
  /** ISO 4217 code of its amount. */
  readonly currency: string;
  /** Calendar date by which it is to be paid now. */
  readonly dueDate: string;
  /** When it changed, an ISO 8601 instant in UTC. */
  readonly updatedAt: string;
}

/** The Avro schema of `invoice_updated`. */
export const schema = {
  "type": "record",
  "name": "InvoiceUpdated",
  "namespace": "finflow.events",
  "doc": "An issued invoice has another due date. Carries what may change after issuing and others act on, as it is now.",
  "fields": [
    {
      "name": "id",
      "type": "string",
      "doc": "UUID of the invoice."
    },
    {
      "name": "organizationId",
      "type": "string",
      "doc": "UUID of the organization it belongs to."
    },
    {
      "name": "currency",
      "type": "string",
      "doc": "ISO 4217 code of its amount."
    },
    {
      "name": "dueDate",
      "type": "string",
      "doc": "Calendar date by which it is to be paid now."
    },
    {
      "name": "updatedAt",
      "type": "string",
      "doc": "When it changed, an ISO 8601 instant in UTC."
    }
  ]
} as const;
