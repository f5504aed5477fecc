import { Injectable, inject } from '@angular/core';
import { AuthClient, OrganizationClient } from '../../api/clients.ts';
import type { Profile } from './auth.actions.ts';

/** Loads who is signed in and the organization they act in. */
@Injectable({ providedIn: 'root' })
export class ProfileLoader {
  private readonly auth = inject(AuthClient);
  private readonly organizations = inject(OrganizationClient);

  async load(): Promise<Profile> {
    const me = await this.auth.getMe({});
    if (!me.organizationId) return { me, organization: null };
    const { organization } = await this.organizations.getOrganization({});
    return { me, organization: organization ?? null };
  }
}
