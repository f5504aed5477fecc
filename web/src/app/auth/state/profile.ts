import { Injectable, inject } from '@angular/core';
import type { Organization } from '@finflow/proto/finflow/auth/v1/organization_pb';
import { AuthClient, OrganizationClient } from '../../api/clients.ts';
import { toProblem } from '../../api/problem.ts';
import type { Profile } from './auth.actions.ts';

/** Loads who is signed in and the organization they act in. */
@Injectable({ providedIn: 'root' })
export class ProfileLoader {
  private readonly auth = inject(AuthClient);
  private readonly organizations = inject(OrganizationClient);

  async load(): Promise<Profile> {
    const [me, organization] = await Promise.all([this.auth.getMe({}), this.organization()]);
    return { me, organization };
  }

  private async organization(): Promise<Organization | null> {
    try {
      return (await this.organizations.getOrganization({})).organization ?? null;
    } catch (thrown) {
      if (toProblem(thrown).reason === 'ORGANIZATION_REQUIRED') return null;
      throw thrown;
    }
  }
}
