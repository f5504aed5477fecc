import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { requestKey } from '@finflow/chassis/idempotency';
import { memberOf } from '@finflow/chassis/identity';
import { remoteAddressOf } from '@finflow/chassis/rpc/context';
import { type ServedService, serve } from '@finflow/chassis/rpc/serve';
import { OrganizationService } from '@finflow/proto/finflow/auth/v1/organization_pb';
import { acceptInvitation } from '../commands/accept-invitation.ts';
import { inviteMember } from '../commands/invite-member.ts';
import { removeMember } from '../commands/remove-member.ts';
import { updateMemberRole } from '../commands/update-member-role.ts';
import { updateOrganization } from '../commands/update-organization.ts';
import type { MemberDetails } from '../domain/membership.ts';
import type { Organization } from '../domain/organization.ts';
import type { AuthParts } from '../parts.ts';
import { getOrganization } from '../queries/get-organization.ts';
import { listMembers } from '../queries/list-members.ts';
import { organizationRoleFromWire, organizationRoleToWire } from './roles.ts';

const { method } = OrganizationService;

/** OrganizationService: the organization the caller acts in, its members and invitations. */
export function organizationService(parts: AuthParts): ServedService {
  return serve(OrganizationService, {
    async getOrganization(_request, context) {
      return { organization: toOrganization(await getOrganization(parts, memberOf(context))) };
    },

    async updateOrganization(request, context) {
      const { name, currencyCode, timeZone } = request;
      const changes = { name: name?.trim(), currencyCode, timeZone };
      const key = requestKey(method.updateOrganization, request);
      return { organization: toOrganization(await updateOrganization(parts, memberOf(context), changes, key)) };
    },

    async listMembers(request, context) {
      const filter = { roles: request.roles.map(organizationRoleFromWire), query: request.query };
      const { rows, nextPageToken, totalSize } = await listMembers(parts, memberOf(context), request, filter);
      return { members: rows.map(toMember), nextPageToken, totalSize };
    },

    async inviteMember(request, context) {
      const input = { email: request.email, role: organizationRoleFromWire(request.role) };
      const key = requestKey(method.inviteMember, request);
      const { invitation, token } = await inviteMember(parts, memberOf(context), input, key);
      const { createdAt, expiresAt, role, ...rest } = invitation;
      return {
        invitation: {
          ...rest,
          role: organizationRoleToWire(role),
          createdAt: timestampFromDate(createdAt),
          expiresAt: timestampFromDate(expiresAt),
        },
        token,
      };
    },

    async acceptInvitation(request, context) {
      const { token, password } = request;
      const key = requestKey(method.acceptInvitation, request);
      const input = { token, password, address: remoteAddressOf(context), key };
      const { userId, email, organizationId, role } = await acceptInvitation(parts, input);
      return { userId, email, organizationId, role: organizationRoleToWire(role) };
    },

    async updateMemberRole(request, context) {
      const input = { userId: request.userId, role: organizationRoleFromWire(request.role) };
      const key = requestKey(method.updateMemberRole, request);
      return { member: toMember(await updateMemberRole(parts, memberOf(context), input, key)) };
    },

    async removeMember(request, context) {
      await removeMember(parts, memberOf(context), request.userId, requestKey(method.removeMember, request));
      return {};
    },
  });
}

function toOrganization(row: Organization) {
  const { organizationId, name, currencyCode, timeZone, createdAt, updatedAt } = row;
  return {
    id: organizationId,
    name,
    currencyCode,
    timeZone,
    createdAt: timestampFromDate(createdAt),
    updatedAt: timestampFromDate(updatedAt),
  };
}

function toMember({ userId, email, role, joinedAt }: MemberDetails) {
  return { userId, email, role: organizationRoleToWire(role), joinedAt: timestampFromDate(joinedAt) };
}
