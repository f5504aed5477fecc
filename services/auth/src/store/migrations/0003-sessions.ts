import { sqlMigration } from '@finflow/chassis/database/migrate';
import { systemPolicy } from '@finflow/chassis/database/policy';
import { serviceRole } from './role.ts';

const tables = ['sessions', 'refresh_tokens', 'signing_keys', 'attempts'];

/** What belongs to a person or to the platform and to no organization: only the system scope reaches it. */
export const sessions = sqlMigration('Sessions1764000000003', [
  `create table sessions (
    id uuid primary key,
    user_id uuid not null references users,
    organization_id uuid references organizations,
    created_at timestamptz(3) not null,
    last_used_at timestamptz(3) not null,
    expires_at timestamptz(3) not null,
    revoked_at timestamptz(3),
    user_agent text not null,
    address text not null
  )`,
  'create index sessions_user on sessions (user_id, created_at)',
  'create index sessions_expiry on sessions (expires_at)',
  `create table refresh_tokens (
    token_hash bytea primary key,
    session_id uuid not null references sessions on delete cascade,
    created_at timestamptz(3) not null,
    used_at timestamptz(3)
  )`,
  'create index refresh_tokens_session on refresh_tokens (session_id)',
  `create table signing_keys (
    key_id text primary key,
    public_jwk jsonb not null,
    private_key_sealed bytea not null,
    signs_from timestamptz(3) not null,
    verifies_until timestamptz(3),
    created_at timestamptz(3) not null
  )`,
  // Lost after a crash, which costs an attacker's count and saves a durable write on every sign-in.
  `create unlogged table attempts (
    bucket text primary key,
    started_at timestamptz(3) not null,
    count integer not null
  )`,
  ...tables.flatMap((table) => [
    `alter table ${table} enable row level security`,
    `alter table ${table} force row level security`,
    ...systemPolicy(table),
    `grant select, insert, update, delete on ${table} to ${serviceRole}`,
  ]),
]);
