// Generated from proto/events/organization_updated.avsc. Do not edit.

/** An organization's settings changed. Carries all of them, as they are after the change. */
export interface OrganizationUpdated {
  /** UUID of the organization. */
  readonly organizationId: string;
  /** Its name. */
  readonly name: string;
  /** Its own currency, ISO 4217. */
  readonly currency: string;
  /** Its IANA time zone. */
  readonly timeZone: string;
  /** When they changed, an ISO 8601 instant in UTC. */
  readonly updatedAt: string;
}

/** The Avro schema of `organization_updated`. */
export const schema = {
  "type": "record",
  "name": "OrganizationUpdated",
  "namespace": "finflow.events",
  "doc": "An organization's settings changed. Carries all of them, as they are after the change.",
  "fields": [
    {
      "name": "organizationId",
      "type": "string",
      "doc": "UUID of the organization."
    },
    {
      "name": "name",
      "type": "string",
      "doc": "Its name."
    },
    {
      "name": "currency",
      "type": "string",
      "doc": "Its own currency, ISO 4217."
    },
    {
      "name": "timeZone",
      "type": "string",
      "doc": "Its IANA time zone."
    },
    {
      "name": "updatedAt",
      "type": "string",
      "doc": "When they changed, an ISO 8601 instant in UTC."
    }
  ]
} as const;
