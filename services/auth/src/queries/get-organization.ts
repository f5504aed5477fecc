import type { Member } from '@finflow/chassis/identity';
import type { Organization } from '../domain/organization.ts';
import type { AuthParts } from '../parts.ts';
import { organizations } from '../store/organizations.ts';

/** The organization the caller acts in. */
export async function getOrganization({ database }: AuthParts, { organizationId }: Member): Promise<Organization> {
  return await database.tenant(organizationId, (tx) => tx.findOneByOrFail(organizations, { organizationId }));
}
