import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  type DescField,
  type DescMessage,
  type DescMethod,
  getExtension,
  getOption,
  hasExtension,
} from '@bufbuild/protobuf';
import { MethodOptions_IdempotencyLevel as Idempotency } from '@bufbuild/protobuf/wkt';
import { type FieldRules, field as rulesOfField } from '@bufbuild/protovalidate/gen/buf/validate/validate_pb.js';
import { type Access, authorization, type OrganizationRole } from '@finflow/proto/finflow/common/v1/authorization_pb';
import { account_reference } from '@finflow/proto/finflow/common/v1/rules_pb';

const generated = resolve(import.meta.dirname, '../../proto/gen/finflow');

/** The four deployments, in the order of their ports. */
export const deployments = ['auth', 'payments', 'accounting', 'analytics'] as const;
export type Deployment = (typeof deployments)[number];

/** A method of the contracts, and what they say of it. */
export interface Rpc {
  /** `payments.v1.PaymentService.GetPayment`. */
  readonly name: string;
  readonly method: DescMethod;
  readonly deployment: Deployment;
  readonly access: Access;
  readonly minimumRole: OrganizationRole;
  readonly reads: boolean;
  /** Fields of the request that name a resource, as paths: `id`, `lines[].account`. */
  readonly references: readonly string[];
}

/** Every method of every generated contract, found by looking: one that is added cannot be forgotten. */
export async function allRpcs(): Promise<Rpc[]> {
  const files = await readdir(generated, { recursive: true });
  const modules = await Promise.all(
    files
      .filter((file) => file.endsWith('_pb.ts'))
      .sort()
      .map((file) => import(pathToFileURL(join(generated, file)).href) as Promise<Record<string, unknown>>),
  );
  const methods = modules
    .flatMap((module) => Object.values(module))
    .flatMap((value) => (isService(value) ? value.methods : []));
  return methods.map(describe);
}

function isService(value: unknown): value is { kind: 'service'; methods: DescMethod[] } {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'service';
}

function describe(method: DescMethod): Rpc {
  const [, deployment] = method.parent.typeName.split('.');
  if (!isDeployment(deployment)) throw new Error(`No deployment serves ${method.parent.typeName}.`);
  const { access, minimumRole } = getOption(method, authorization);
  return {
    name: `${method.parent.typeName}.${method.name}`.replace(/^finflow\./, ''),
    method,
    deployment,
    access,
    minimumRole,
    reads: method.idempotency === Idempotency.NO_SIDE_EFFECTS,
    references: referencesIn(method.input),
  };
}

function isDeployment(name: string | undefined): name is Deployment {
  return (deployments as readonly (string | undefined)[]).includes(name);
}

/** The field's rules. */
export function rulesOf(field: DescField): FieldRules {
  return getOption(field, rulesOfField);
}

/** What a field holds, or what each item of its list does. */
export function messageOf(field: DescField): DescMessage | undefined {
  return field.fieldKind === 'message' || field.fieldKind === 'list' ? field.message : undefined;
}

function referencesIn(message: DescMessage): string[] {
  return message.fields.flatMap((field) => {
    const path = field.fieldKind === 'list' ? `${field.name}[]` : field.name;
    if (isReference(field)) return [path];
    const nested = messageOf(field);
    return nested?.typeName.startsWith('finflow.') ? referencesIn(nested).map((inner) => `${path}.${inner}`) : [];
  });
}

/** Ids are UUIDs by their rule; an account may be named by its code too. */
function isReference(field: DescField): boolean {
  const rules = rulesOf(field);
  const { type } =
    field.fieldKind === 'list' && rules.type.case === 'repeated' ? (rules.type.value.items ?? rules) : rules;
  if (type.case !== 'string') return false;
  const isAccount = hasExtension(type.value, account_reference) && getExtension(type.value, account_reference);
  return type.value.wellKnown.case === 'uuid' || isAccount;
}
