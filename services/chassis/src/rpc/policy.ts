import { type DescMethod, type DescService, getOption, hasOption } from '@bufbuild/protobuf';
import { Access, authorization, OrganizationRole as WireRole } from '@finflow/proto/finflow/common/v1/authorization_pb';
import type { OrganizationRole } from '../identity.ts';

/** Who may call a method, as its contract says. */
export type Policy =
  | { readonly access: 'PUBLIC' | 'USER' | 'PLATFORM_ADMIN' | 'OPERATOR' }
  | { readonly access: 'ORGANIZATION'; readonly minimumRole: OrganizationRole };

const known = new WeakMap<DescMethod, Policy>();

/** The policy of `method`. Throws Error naming a method that has none: nothing is open because somebody forgot. */
export function policyOf(method: DescMethod): Policy {
  let policy = known.get(method);
  if (policy === undefined) {
    policy = readPolicy(method);
    known.set(method, policy);
  }
  return policy;
}

/** Throws naming every method of `services` without a complete policy, so that such a server never starts. */
export function assertPolicies(services: Iterable<DescService>): void {
  const problems: string[] = [];
  for (const service of services) {
    for (const method of service.methods) {
      try {
        policyOf(method);
      } catch (error) {
        problems.push((error as Error).message);
      }
    }
  }
  if (problems.length > 0) throw new Error(problems.join('\n'));
}

function readPolicy(method: DescMethod): Policy {
  const name = `${method.parent.typeName}.${method.name}`;
  if (!hasOption(method, authorization)) throw new Error(`${name} has no authorization policy`);
  const { access, minimumRole } = getOption(method, authorization);
  switch (access) {
    case Access.PUBLIC:
      return { access: 'PUBLIC' };
    case Access.USER:
      return { access: 'USER' };
    case Access.PLATFORM_ADMIN:
      return { access: 'PLATFORM_ADMIN' };
    case Access.OPERATOR:
      return { access: 'OPERATOR' };
    case Access.ORGANIZATION:
      return { access: 'ORGANIZATION', minimumRole: readRole(minimumRole, name) };
    default:
      throw new Error(`${name} has an authorization policy without access`);
  }
}

function readRole(role: WireRole, name: string): OrganizationRole {
  switch (role) {
    case WireRole.VIEWER:
      return 'VIEWER';
    case WireRole.ACCOUNTANT:
      return 'ACCOUNTANT';
    case WireRole.ADMIN:
      return 'ADMIN';
    case WireRole.OWNER:
      return 'OWNER';
    default:
      throw new Error(`${name} asks for an organization and names no minimum_role`);
  }
}
