import type { Interceptor } from '@connectrpc/connect';
import { permissionDenied } from '../../errors.ts';
import { type Caller, callerOf, isAtLeast, memberOf } from '../../identity.ts';
import { type Policy, policyOf } from '../policy.ts';

/**
 * Holds every call to its method's policy. Throws PERMISSION_DENIED with ORGANIZATION_REQUIRED, ROLE_TOO_LOW,
 * PLATFORM_ADMIN_REQUIRED, OPERATOR_REQUIRED or PERSON_REQUIRED.
 */
export function authorize(): Interceptor {
  return (next) => (req) => {
    const policy = policyOf(req.method);
    if (policy.access !== 'PUBLIC') check(policy, callerOf({ values: req.contextValues }), req.contextValues);
    return next(req);
  };
}

function check(policy: Policy, caller: Caller, values: Parameters<typeof memberOf>[0]['values']): void {
  switch (policy.access) {
    case 'PUBLIC':
      return;
    case 'USER':
      if (caller.platformRole === 'OPERATOR') {
        throw permissionDenied('PERSON_REQUIRED', 'An operator’s token speaks for nobody who could do this.');
      }
      return;
    case 'OPERATOR':
      if (caller.platformRole !== 'OPERATOR') {
        throw permissionDenied(
          'OPERATOR_REQUIRED',
          'Only a command on the servers may do this, with an operator’s token.',
        );
      }
      return;
    case 'PLATFORM_ADMIN':
      if (caller.platformRole !== 'ADMIN') {
        throw permissionDenied('PLATFORM_ADMIN_REQUIRED', 'Only a platform administrator may do this.');
      }
      return;
    case 'ORGANIZATION': {
      const { organizationRole } = memberOf({ values });
      if (!isAtLeast(organizationRole, policy.minimumRole)) {
        throw permissionDenied('ROLE_TOO_LOW', `This needs the role ${policy.minimumRole} in the organization.`, {
          metadata: { requiredRole: policy.minimumRole, role: organizationRole },
        });
      }
    }
  }
}
