import type { NewEvent } from '@finflow/chassis/outbox/append';
import type { Organization } from '../domain/organization.ts';

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
