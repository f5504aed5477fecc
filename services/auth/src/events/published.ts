import type { NewEvent } from '@finflow/chassis/outbox/append';
import type { Organization } from '../domain/organization.ts';
import type { UserRow } from '../store/users.ts';

/** A person has an account now, in this organization: their own new one, or the one that invited them. */
export function userCreated(
  user: Pick<UserRow, 'id' | 'email' | 'platformRole' | 'createdAt'>,
  organization: Omit<Organization, 'createdAt' | 'updatedAt'>,
): NewEvent {
  const { organizationId } = organization;
  return {
    topic: 'user_created',
    organizationId,
    payload: {
      id: user.id,
      email: user.email,
      role: user.platformRole,
      createdAt: user.createdAt.toISOString(),
      organizationId,
      organizationName: organization.name,
      currency: organization.currencyCode,
      timeZone: organization.timeZone,
    },
  };
}

/** An organization's settings changed; the event carries all of them. */
export function organizationUpdated({
  organizationId,
  name,
  currencyCode,
  timeZone,
  updatedAt,
}: Organization): NewEvent {
  return {
    topic: 'organization_updated',
    organizationId,
    payload: { organizationId, name, currency: currencyCode, timeZone, updatedAt: updatedAt.toISOString() },
  };
}
