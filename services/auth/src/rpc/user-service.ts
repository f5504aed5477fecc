import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { requestKey } from '@finflow/chassis/idempotency';
import { callerOf } from '@finflow/chassis/identity';
import { type ServedService, serve } from '@finflow/chassis/rpc/serve';
import { UserService, UserStatus } from '@finflow/proto/finflow/auth/v1/user_pb';
import { deactivateUser } from '../commands/deactivate-user.ts';
import { updateUserRole } from '../commands/update-user-role.ts';
import type { User } from '../domain/user.ts';
import type { AuthParts } from '../parts.ts';
import { listUsers } from '../queries/list-users.ts';
import { platformRoleFromWire, platformRoleToWire } from './roles.ts';

const { method } = UserService;

/** UserService: administration of the platform's users. */
export function userService(parts: AuthParts): ServedService {
  return serve(UserService, {
    async listUsers(request) {
      const statuses = request.statuses.map((status) => (status === UserStatus.DEACTIVATED ? 'DEACTIVATED' : 'ACTIVE'));
      const filter = { roles: request.roles.map(platformRoleFromWire), statuses, query: request.query };
      const { rows, nextPageToken, totalSize } = await listUsers(parts, request, filter);
      return { users: rows.map(toUser), nextPageToken, totalSize };
    },

    async updateUserRole(request, context) {
      const input = { id: request.id, role: platformRoleFromWire(request.role) };
      return {
        user: toUser(await updateUserRole(parts, callerOf(context), input, requestKey(method.updateUserRole, request))),
      };
    },

    async deactivateUser(request, context) {
      return {
        user: toUser(
          await deactivateUser(parts, callerOf(context), request.id, requestKey(method.deactivateUser, request)),
        ),
      };
    },
  });
}

function toUser({ id, email, platformRole, createdAt, updatedAt, deactivatedAt }: User) {
  return {
    id,
    email,
    role: platformRoleToWire(platformRole),
    status: deactivatedAt ? UserStatus.DEACTIVATED : UserStatus.ACTIVE,
    createdAt: timestampFromDate(createdAt),
    updatedAt: timestampFromDate(updatedAt),
    ...(deactivatedAt && { deactivatedAt: timestampFromDate(deactivatedAt) }),
  };
}
