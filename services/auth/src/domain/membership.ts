import { type DomainError, failedPrecondition, permissionDenied } from '@finflow/chassis/errors';
import type { OrganizationRole } from '@finflow/chassis/roles';

/** A person's place in an organization. */
export interface Membership {
  readonly organizationId: string;
  readonly userId: string;
  readonly role: OrganizationRole;
  readonly joinedAt: Date;
}

/** A membership with what others in the organization may know of the person. */
export interface MemberDetails extends Membership {
  readonly email: string;
}

/**
 * Only an owner makes, changes or removes owners; the contract's policy has already asked for ADMIN.
 *
 * @param touched the roles the change takes away or gives
 * @throws DomainError PERMISSION_DENIED `OWNER_REQUIRED`
 */
export function assertMayChange(actor: OrganizationRole, ...touched: OrganizationRole[]): void {
  if (touched.includes('OWNER') && actor !== 'OWNER') {
    throw permissionDenied('OWNER_REQUIRED', 'Only an owner can make, change or remove an owner.');
  }
}

/** What keeps an organization from being left without an owner. */
export function lastOwner(): DomainError {
  return failedPrecondition(
    'LAST_OWNER',
    'This is the last owner of the organization: make somebody else an owner first.',
  );
}
