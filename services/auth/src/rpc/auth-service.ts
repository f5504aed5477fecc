import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { HandlerContext } from '@connectrpc/connect';
import { requestKey } from '@finflow/chassis/idempotency';
import { callerOf } from '@finflow/chassis/identity';
import { remoteAddressOf } from '@finflow/chassis/rpc/context';
import { type ServedService, serve } from '@finflow/chassis/rpc/serve';
import { AuthService } from '@finflow/proto/finflow/auth/v1/auth_pb';
import { login } from '../commands/login.ts';
import { logout } from '../commands/logout.ts';
import type { SignedIn } from '../commands/open-session.ts';
import { invalidRefreshToken, refresh } from '../commands/refresh.ts';
import { register } from '../commands/register.ts';
import { revokeSession } from '../commands/revoke-session.ts';
import type { AuthParts, Origin } from '../parts.ts';
import { getMe } from '../queries/get-me.ts';
import { listSessions } from '../queries/list-sessions.ts';
import { assertSameOrigin, clearRefreshCookie, refreshTokenInCookie, setRefreshCookie } from './refresh-cookie.ts';
import { organizationRoleToWire, platformRoleToWire } from './roles.ts';

/** AuthService: who a person is. */
export function authService(parts: AuthParts): ServedService {
  return serve(AuthService, {
    async register(request, context) {
      return await register(parts, {
        ...request,
        address: remoteAddressOf(context),
        key: requestKey(AuthService.method.register, request),
      });
    },

    async login({ email, password, organizationId, useCookie }, context) {
      if (useCookie) assertSameOrigin(context);
      const credentials = { email, password, organizationId: organizationId || undefined, origin: originOf(context) };
      return tokens(parts, context, await login(parts, credentials), useCookie);
    },

    async refresh(request, context) {
      const cookie = request.refreshToken ? undefined : refreshTokenInCookie(context);
      const refreshToken = request.refreshToken || cookie;
      if (!refreshToken) throw invalidRefreshToken();
      const input = {
        refreshToken,
        organizationId: request.organizationId || undefined,
        address: remoteAddressOf(context),
      };
      return tokens(parts, context, await refresh(parts, input), cookie !== undefined);
    },

    async logout(request, context) {
      const refreshToken = request.refreshToken || refreshTokenInCookie(context);
      if (refreshToken) await logout(parts, refreshToken);
      clearRefreshCookie(context);
      return {};
    },

    async getMe(_request, context) {
      const caller = callerOf(context);
      const { user, memberships } = await getMe(parts, caller);
      const current = memberships.find(({ organizationId }) => organizationId === caller.organizationId);
      return {
        id: user.id,
        email: user.email,
        role: platformRoleToWire(user.platformRole),
        organizationId: current?.organizationId ?? '',
        ...(current && { organizationRole: organizationRoleToWire(current.role) }),
        memberships: memberships.map(({ role, ...membership }) => ({
          ...membership,
          role: organizationRoleToWire(role),
        })),
      };
    },

    async listSessions(request, context) {
      const caller = callerOf(context);
      const { rows, nextPageToken, totalSize } = await listSessions(parts, caller, request);
      const sessions = rows.map((session) => ({
        id: session.id,
        createdAt: timestampFromDate(session.createdAt),
        lastUsedAt: timestampFromDate(session.lastUsedAt),
        expiresAt: timestampFromDate(session.expiresAt),
        userAgent: session.userAgent,
        address: session.address,
        current: session.id === caller.sessionId,
      }));
      return { sessions, nextPageToken, totalSize };
    },

    async revokeSession(request, context) {
      await revokeSession(parts, callerOf(context), request.id, requestKey(AuthService.method.revokeSession, request));
      return {};
    },
  });
}

function tokens({ clock }: AuthParts, context: HandlerContext, signedIn: SignedIn, useCookie: boolean) {
  const { accessToken, expiresAt, refreshToken, refreshExpiresAt } = signedIn;
  if (useCookie) setRefreshCookie(context, refreshToken, refreshExpiresAt, clock);
  return {
    accessToken,
    refreshToken: useCookie ? '' : refreshToken,
    accessTokenExpiresAt: timestampFromDate(expiresAt),
  };
}

function originOf(context: HandlerContext): Origin {
  return { address: remoteAddressOf(context), userAgent: context.requestHeader.get('user-agent') ?? '' };
}
