import { type DomainError, failedPrecondition, permissionDenied } from '@finflow/chassis/errors';
import { isAtLeast, type OrganizationRole } from '@finflow/chassis/roles';

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
 * Whether somebody may give and take these roles: an administrator any, but only an owner makes, changes or removes
 * owners.
 *
 * @param actor their role now; undefined when they are a member no more
 */
export function mayChange(actor: OrganizationRole | undefined, ...touched: OrganizationRole[]): boolean {
  return actor !== undefined && isAtLeast(actor, touched.includes('OWNER') ? 'OWNER' : 'ADMIN');
}

/** @throws DomainError PERMISSION_DENIED `OWNER_REQUIRED`, `ROLE_TOO_LOW` where `mayChange` says no */
export function assertMayChange(actor: OrganizationRole | undefined, ...touched: OrganizationRole[]): void {
  if (mayChange(actor, ...touched)) return;
  throw mayChange(actor)
    ? permissionDenied('OWNER_REQUIRED', 'Only an owner can make, change or remove an owner.')
    : permissionDenied('ROLE_TOO_LOW', 'This needs the role ADMIN in the organization; yours was taken back.');
}

/** What keeps an organization from being left without an owner. */
export function lastOwner(): DomainError {
  return failedPrecondition(
    'LAST_OWNER',
    'This is the last owner of the organization: make somebody else an owner first.',
  );
}
