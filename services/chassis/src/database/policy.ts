/**
 * SQL for migrations. The policies read their setting in a sub-select, which the planner runs once a statement
 * instead of once a row. A setting made for one transaction reads as '' afterwards, not as null, hence `nullif`; with
 * null no row is visible and every insert is refused.
 */
const CURRENT_ORGANIZATION = "(select nullif(current_setting('finflow.organization_id', true), '')::uuid)";
const SYSTEM_SCOPE = "(select current_setting('finflow.scope', true)) = 'system'";

export type TablePrivilege = 'select' | 'insert' | 'update' | 'delete';

const ALL: readonly TablePrivilege[] = ['select', 'insert', 'update', 'delete'];

/**
 * Closes a table with an `organization_id` column to everybody but transactions of that organization, its owner
 * included (a migration that changes data lifts FORCE for itself), and grants the service's role its privileges.
 * A table that must not change gets `['select', 'insert']`.
 */
export function tenantTable(table: string, role: string, privileges: readonly TablePrivilege[] = ALL): string[] {
  const ours = `organization_id = ${CURRENT_ORGANIZATION}`;
  return [
    `alter table ${table} enable row level security`,
    `alter table ${table} force row level security`,
    `create policy tenant on ${table} using (${ours}) with check (${ours})`,
    `grant ${privileges.join(', ')} on ${table} to ${role}`,
  ];
}

/**
 * Lets `Database.system` reach the rows of all organizations in this table too.
 *
 * @param role the only role that may, such as `current_user` for the owner; everybody unless given
 */
export function systemPolicy(table: string, role: string = 'public'): string[] {
  return [`create policy system on ${table} to ${role} using (${SYSTEM_SCOPE}) with check (${SYSTEM_SCOPE})`];
}
