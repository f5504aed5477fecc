import type { EntityManager } from 'typeorm';
import { saveOrganization } from '../store/organizations.ts';

/** An organization's settings as an event tells them. */
export interface OrganizationSettings {
  readonly organizationId: string;
  readonly currency: string;
  readonly timeZone: string;
}

/**
 * Keeps an organization's currency and time zone. Events of two topics have no order between them, so the instant
 * they speak of decides.
 * @param settingsAt ISO 8601 instant
 */
export async function recordOrganization(
  tx: EntityManager,
  settings: OrganizationSettings,
  settingsAt: string,
): Promise<void> {
  await saveOrganization(tx, settings.organizationId, settings, new Date(settingsAt));
}
