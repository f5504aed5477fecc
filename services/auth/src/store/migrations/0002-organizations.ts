import { sqlMigration } from '@finflow/chassis/database/migrate';
import { systemPolicy, tenantTable } from '@finflow/chassis/database/policy';
import { serviceRole } from './role.ts';

/**
 * Organizations, their members and invitations. The system scope may reach them too: signing in and accepting an
 * invitation happen before it is known which organization is meant.
 */
export const organizations = sqlMigration('Organizations1764000000002', [
  `create table organizations (
    organization_id uuid primary key,
    name text not null check (name <> ''),
    currency_code text not null check (currency_code ~ '^[A-Z]{3}$'),
    time_zone text not null,
    created_at timestamptz(3) not null,
    updated_at timestamptz(3) not null
  )`,
  `create table users (
    id uuid primary key,
    email text not null constraint users_email_unique unique check (email = lower(email)),
    password_hash text not null,
    platform_role text not null default 'USER' check (platform_role in ('USER', 'ADMIN')),
    created_at timestamptz(3) not null,
    updated_at timestamptz(3) not null,
    deactivated_at timestamptz(3)
  )`,
  `create table memberships (
    organization_id uuid not null references organizations,
    user_id uuid not null references users,
    role text not null check (role in ('VIEWER', 'ACCOUNTANT', 'ADMIN', 'OWNER')),
    joined_at timestamptz(3) not null,
    primary key (organization_id, user_id)
  )`,
  'create index memberships_user on memberships (user_id)',
  `create table invitations (
    organization_id uuid not null references organizations,
    id uuid not null,
    email text not null check (email = lower(email)),
    role text not null check (role in ('VIEWER', 'ACCOUNTANT', 'ADMIN', 'OWNER')),
    token_hash bytea not null unique,
    invited_by uuid not null references users,
    created_at timestamptz(3) not null,
    expires_at timestamptz(3) not null,
    primary key (organization_id, id),
    constraint invitations_open_unique unique (organization_id, email)
  )`,
  ...['organizations', 'memberships', 'invitations'].flatMap((table) => [
    ...tenantTable(table, serviceRole),
    ...systemPolicy(table),
  ]),
  'alter table users enable row level security',
  'alter table users force row level security',
  ...systemPolicy('users'),
  // An organization sees who its members are; the policy of memberships decides which rows that is.
  'create policy member on users for select using (id in (select user_id from memberships))',
  `grant select, insert, update on users to ${serviceRole}`,
]);
