import { laterThan } from '@finflow/chassis/clock';
import { once, type RequestKey } from '@finflow/chassis/idempotency';
import type { Member } from '@finflow/chassis/identity';
import { appendEvents } from '@finflow/chassis/outbox/append';
import { assertSettings, type Organization, type OrganizationSettings } from '../domain/organization.ts';
import { organizationUpdated } from '../events/published.ts';
import type { AuthParts } from '../parts.ts';
import { organizations } from '../store/organizations.ts';

/**
 * Changes what is given of the organization's settings and publishes `organization_updated`.
 *
 * @throws DomainError INVALID_ARGUMENT `UNKNOWN_CURRENCY`, `UNKNOWN_TIME_ZONE`
 */
export async function updateOrganization(
  { database, clock }: AuthParts,
  { organizationId }: Member,
  changes: Partial<OrganizationSettings>,
  key: RequestKey | undefined,
): Promise<Organization> {
  assertSettings(changes);
  return await database.tenant(organizationId, (tx) =>
    once(tx, organizationId, key, async () => {
      // Locked, so that two changes at once are published in the order they take effect.
      const current = await tx.findOneOrFail(organizations, {
        where: { organizationId },
        lock: { mode: 'pessimistic_write' },
      });
      const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
      const updated: Organization = { ...current, ...given, updatedAt: laterThan(current.updatedAt, clock.now()) };
      await tx.update(organizations, { organizationId }, updated);
      await appendEvents(tx, [organizationUpdated(updated)]);
      return updated;
    }),
  );
}
