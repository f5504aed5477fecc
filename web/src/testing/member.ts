import { create } from '@bufbuild/protobuf';
import { GetMeResponseSchema } from '@finflow/proto/finflow/auth/v1/auth_pb';
import { OrganizationSchema } from '@finflow/proto/finflow/auth/v1/organization_pb';
import { OrganizationRole } from '@finflow/proto/finflow/common/v1/authorization_pb';
import type { Profile } from '../app/auth/state/auth.actions.ts';

/** A signed-in person of an organization in Vienna that keeps its books in US dollars. */
export function member(role: OrganizationRole = OrganizationRole.OWNER): Profile {
  return {
    me: create(GetMeResponseSchema, {
      id: '01980000-0000-7000-8000-000000000001',
      email: 'ana@example.com',
      organizationId: '01980000-0000-7000-8000-000000000002',
      organizationRole: role,
    }),
    organization: create(OrganizationSchema, {
      id: '01980000-0000-7000-8000-000000000002',
      name: 'Northwind',
      currencyCode: 'USD',
      timeZone: 'Europe/Vienna',
    }),
  };
}
