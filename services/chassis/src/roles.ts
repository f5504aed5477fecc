/** What a person may do on the platform, across organizations. */
export type PlatformRole = 'USER' | 'ADMIN';

/** What a member may do in an organization. */
export type OrganizationRole = 'VIEWER' | 'ACCOUNTANT' | 'ADMIN' | 'OWNER';

/** Ascending: each role may do all that those before it may. */
export const organizationRoles: readonly OrganizationRole[] = ['VIEWER', 'ACCOUNTANT', 'ADMIN', 'OWNER'];

/** Whether `role` may do what needs `minimum`. */
export function isAtLeast(role: OrganizationRole, minimum: OrganizationRole): boolean {
  return organizationRoles.indexOf(role) >= organizationRoles.indexOf(minimum);
}
