import { OrganizationRole } from '@finflow/proto/finflow/common/v1/authorization_pb';

/** A role for people. */
export function roleName(role: OrganizationRole | undefined): string {
  switch (role) {
    case OrganizationRole.OWNER:
      return 'Owner';
    case OrganizationRole.ADMIN:
      return 'Administrator';
    case OrganizationRole.ACCOUNTANT:
      return 'Accountant';
    case OrganizationRole.VIEWER:
      return 'Viewer';
    default:
      return 'No role';
  }
}
