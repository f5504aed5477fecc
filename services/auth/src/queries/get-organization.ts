import type { Member } from '@finflow/chassis/identity';
import type { AuthParts } from '../parts.ts';
import { type OrganizationRow, organizations } from '../store/organizations.ts';

/** The organization the caller acts in. */
export async function getOrganization({ database }: AuthParts, { organizationId }: Member): Promise<OrganizationRow> {
  return await database.tenant(organizationId, (tx) => tx.findOneByOrFail(organizations, { organizationId }));
}
