import {
  type DescField,
  type DescMessage,
  type DescMethod,
  type DescService,
  type FileRegistry,
  getOption,
  hasOption,
} from '@bufbuild/protobuf';
import { MethodOptions_IdempotencyLevel as Idempotency } from '@bufbuild/protobuf/wkt';
import { Access, authorization, OrganizationRole } from '../gen/finflow/common/v1/authorization_pb.ts';
import { fieldBreaches } from './field-rules.ts';

// Credentials are exchanged by these; each says in its comment why a request id would do harm or nothing.
const withoutRequestId = new Set(['Login', 'Refresh', 'Logout'].map((name) => `finflow.auth.v1.AuthService.${name}`));
const secretName = /(^|_)(password|secret|token)$/;
const pageTokens = new Set(['page_token', 'next_page_token']);

/**
 * What is wrong with FinFlow's contracts beyond what buf's lint rules know, one line each, naming the method or
 * field: a policy that is missing or incomplete, a mutation without a request id, a list that does not page, a
 * field of a request without bounds, a secret that would be logged.
 */
export function contractBreaches(contracts: FileRegistry): string[] {
  const own = [...contracts].filter(({ typeName }) => typeName.startsWith('finflow.'));
  const methods = own.filter((type): type is DescService => type.kind === 'service').flatMap(({ methods }) => methods);
  const messages = own.filter((type): type is DescMessage => type.kind === 'message');
  return [
    ...methods.flatMap((method) => [...policyBreaches(method), ...effectBreaches(method), ...listBreaches(method)]),
    ...fieldBreaches(methods.map(({ input }) => input)),
    ...messages.flatMap(({ fields }) => fields).flatMap(secretBreaches),
  ];
}

function nameOf(method: DescMethod): string {
  return `${method.parent.typeName}.${method.name}`;
}

function policyBreaches(method: DescMethod): string[] {
  if (!hasOption(method, authorization)) return [`${nameOf(method)} has no authorization policy`];
  const { access, minimumRole } = getOption(method, authorization);
  if (access === Access.UNSPECIFIED) return [`${nameOf(method)} has an authorization policy without access`];
  const hasRole = minimumRole !== OrganizationRole.UNSPECIFIED;
  if (access === Access.ORGANIZATION && !hasRole) return [`${nameOf(method)} names no minimum_role`];
  if (access !== Access.ORGANIZATION && hasRole) return [`${nameOf(method)} names a minimum_role nobody would check`];
  return [];
}

/** Either a method has no side effects and says so, or a retry of it must be recognizable. */
function effectBreaches(method: DescMethod): string[] {
  const takesRequestId = method.input.fields.some(({ name }) => name === 'request_id');
  if (method.idempotency === Idempotency.NO_SIDE_EFFECTS) {
    return takesRequestId ? [`${nameOf(method)} takes a request_id and has no side effects`] : [];
  }
  if (takesRequestId || withoutRequestId.has(nameOf(method))) return [];
  return [`${nameOf(method)} has side effects and takes no request_id`];
}

function listBreaches(method: DescMethod): string[] {
  if (!method.name.startsWith('List')) return [];
  const missing = (message: DescMessage, wanted: string[]) =>
    wanted
      .filter((name) => !message.fields.some((field) => field.name === name))
      .map((name) => `${message.typeName} lists and has no ${name}`);
  return [
    ...missing(method.input, ['page_size', 'page_token', 'order_by']),
    ...missing(method.output, ['next_page_token', 'total_size']),
  ];
}

function secretBreaches(field: DescField): string[] {
  if (!secretName.test(field.name) || pageTokens.has(field.name)) return [];
  return field.proto.options?.debugRedact ? [] : [`${field.parent.typeName}.${field.name} lacks debug_redact`];
}
