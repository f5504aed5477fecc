import { systemPolicy, tenantTable } from './policy.ts';

/**
 * SQL of the tables that every service has: outbox, inbox, dead letters, idempotency keys. A service's first
 * migration runs it, as the owner, for the role the service connects as.
 *
 * Their keys start with organization_id like every tenant table's, so they distribute with them. The relay and the
 * pruning read them across organizations, which only the system scope may.
 */
export function infrastructureTables(role: string): string[] {
  return [
    // The service compares what was applied with what it brings before it says that it is ready.
    `grant select on schema_migrations to ${role}`,

    // Rows leave when they are published, so the table holds what waits and nothing else.
    // payload: bigint as a decimal string, because JSON numbers end at 2^53 in most readers.
    `create table outbox (
      organization_id uuid not null,
      id bigint generated always as identity,
      event_id uuid not null,
      topic text not null,
      key text not null,
      payload jsonb not null,
      headers jsonb not null,
      created_at timestamptz(3) not null default now(),
      attempts integer not null default 0,
      last_error text,
      primary key (organization_id, id)
    )`,
    'create index outbox_queue on outbox (topic, id)',

    // One row an event that took effect; record: the event itself, kept while it waits for another one's effect.
    `create table inbox (
      organization_id uuid not null,
      consumer_group text not null,
      event_id uuid not null,
      topic text not null,
      received_at timestamptz(3) not null default now(),
      wait_key text,
      record jsonb,
      primary key (organization_id, consumer_group, event_id),
      check ((wait_key is null) = (record is null))
    )`,
    'create index inbox_waiting on inbox (organization_id, consumer_group, wait_key) where wait_key is not null',
    // Rows arrive in time order, so a block-range index prunes as well as a B-tree at a thousandth of the writes.
    'create index inbox_received on inbox using brin (received_at)',

    `create table dead_letters (
      organization_id uuid not null,
      consumer_group text not null,
      event_id uuid not null,
      topic text not null,
      key text not null,
      value bytea not null,
      headers jsonb not null,
      attempts integer not null,
      reason text not null,
      stack text,
      failed_at timestamptz(3) not null default now(),
      primary key (organization_id, consumer_group, event_id)
    )`,

    `create table idempotency_keys (
      organization_id uuid not null,
      method text not null,
      request_id text not null,
      body_hash bytea not null,
      result jsonb,
      created_at timestamptz(3) not null default now(),
      primary key (organization_id, method, request_id)
    )`,
    'create index idempotency_keys_created on idempotency_keys using brin (created_at)',

    ...['outbox', 'inbox', 'dead_letters', 'idempotency_keys'].flatMap((table) => [
      ...tenantTable(table, role),
      ...systemPolicy(table),
    ]),
  ];
}

/**
 * SQL that adds to the dead letters what a replay needs. Every service has a migration of it, also one that consumes
 * nothing, so that the commands find the same table everywhere. The defaults are for a release that does not write the
 * columns yet.
 */
export function deadLetterReplay(): string[] {
  return [
    // position: the order in which the events failed first, which for one key is the order they were made in.
    // code: what programs tell the error by; reason: its name and message.
    `alter table dead_letters
      add column position bigint generated always as identity,
      add column code text,
      add column first_failed_at timestamptz(3) not null default now(),
      add column replay_requested_at timestamptz(3),
      add column discarded_at timestamptz(3),
      add column discarded_by text,
      add column discard_reason text,
      add constraint discarded_with_a_reason check (num_nonnulls(discarded_at, discarded_by, discard_reason) in (0, 3)),
      add constraint discarded_is_not_replayed check (discarded_at is null or replay_requested_at is null)`,
    // Forced row-level security would hide every row from the owner, in whose name this runs.
    'alter table dead_letters no force row level security',
    'update dead_letters set first_failed_at = failed_at',
    'alter table dead_letters force row level security',
    'create index dead_letters_to_replay on dead_letters (consumer_group, position) where replay_requested_at is not null',
  ];
}
