// Generated from proto/events/user_created.avsc. Do not edit.

/** A person registered, and an organization with them. */
export interface UserCreated {
  /** UUID of the person. */
  readonly id: string;
  /** The person's email address. */
  readonly email: string;
  /** Role on the platform: USER or ADMIN. */
  readonly role: string;
  /** When the account was made, an ISO 8601 instant in UTC. */
  readonly createdAt: string;
  /** UUID of the organization made with it. */
  readonly organizationId: string;
  /** Its name. */
  readonly organizationName: string;
  /** Its own currency, ISO 4217. */
  readonly currency: string;
  /** Its IANA time zone. */
  readonly timeZone: string;
}

/** The Avro schema of `user_created`. */
export const schema = {
  "type": "record",
  "name": "UserCreated",
  "namespace": "finflow.events",
  "doc": "A person registered, and an organization with them.",
  "fields": [
    {
      "name": "id",
      "type": "string",
      "doc": "UUID of the person."
    },
    {
      "name": "email",
      "type": "string",
      "doc": "The person's email address."
    },
    {
      "name": "role",
      "type": "string",
      "doc": "Role on the platform: USER or ADMIN."
    },
    {
      "name": "createdAt",
      "type": "string",
      "doc": "When the account was made, an ISO 8601 instant in UTC."
    },
    {
      "name": "organizationId",
      "type": "string",
      "doc": "UUID of the organization made with it."
    },
    {
      "name": "organizationName",
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
    }
  ]
} as const;
