import { type OrganizationRole, organizationRoles, type PlatformRole } from '@finflow/chassis/roles';
import {
  OrganizationRole as OrganizationRoleNumber,
  PlatformRole as PlatformRoleNumber,
} from '@finflow/proto/finflow/common/v1/authorization_pb';

export function organizationRoleToWire(role: OrganizationRole): OrganizationRoleNumber {
  return OrganizationRoleNumber[role];
}

/** The contract's rules have refused every other number. */
export function organizationRoleFromWire(role: OrganizationRoleNumber): OrganizationRole {
  const known = organizationRoles.find((name) => OrganizationRoleNumber[name] === role);
  if (!known) throw new RangeError(`unknown organization role ${role}`);
  return known;
}

export function platformRoleToWire(role: PlatformRole): PlatformRoleNumber {
  return PlatformRoleNumber[role];
}

export function platformRoleFromWire(role: PlatformRoleNumber): PlatformRole {
  return role === PlatformRoleNumber.ADMIN ? 'ADMIN' : 'USER';
}
