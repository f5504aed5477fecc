import { type ContextValues, createContextKey } from '@connectrpc/connect';
import { permissionDenied, unauthenticated } from './errors.ts';
import type { OrganizationRole, PlatformRole } from './roles.ts';

export * from './roles.ts';

/** Who is asking, as their verified access token says. */
export interface Caller {
  readonly userId: string;
  readonly sessionId: string;
  /** OPERATOR is nobody's role: a token made for a command on the servers carries it, and nothing else. */
  readonly platformRole: PlatformRole | 'OPERATOR';
  /** Absent when the caller acts in no organization; then the role is absent too. */
  readonly organizationId?: string;
  readonly organizationRole?: OrganizationRole;
  /** The token itself, to be passed on when one service asks another for this caller. Never logged. */
  readonly token: string;
}

/** A caller acting in an organization. */
export interface Member extends Caller {
  readonly organizationId: string;
  readonly organizationRole: OrganizationRole;
}

/** Where the authenticate interceptor leaves the caller. */
export const callerKey = createContextKey<Caller | undefined>(undefined, { description: 'caller' });

/** What carries context values: a handler's context, or a test's stand-in. */
export interface CallContext {
  readonly values: ContextValues;
}

/** The caller of this request. Throws UNAUTHENTICATED where a public method was called without a token. */
export function callerOf(context: CallContext): Caller {
  const caller = context.values.get(callerKey);
  if (caller === undefined) throw unauthenticated('TOKEN_MISSING', 'An access token is required.');
  return caller;
}

/** The caller as a member of the organization they act in. Throws PERMISSION_DENIED when they act in none. */
export function memberOf(context: CallContext): Member {
  const caller = callerOf(context);
  if (!isMember(caller)) {
    throw permissionDenied('ORGANIZATION_REQUIRED', 'The access token names no organization to act in.');
  }
  return caller;
}

function isMember(caller: Caller): caller is Member {
  return caller.organizationId !== undefined && caller.organizationRole !== undefined;
}
