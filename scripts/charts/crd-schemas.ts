import { parseAllDocuments } from 'yaml';

/** A schema that kubeconform reads, and where below a folder `{{.Group}}/{{.ResourceKind}}_{{.ResourceAPIVersion}}.json` finds it. */
export interface CrdSchema {
  readonly path: string;
  readonly schema: Schema;
}

interface Crd {
  readonly kind: string;
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly { readonly name: string; readonly schema: { readonly openAPIV3Schema: Schema } }[];
  };
}

/** The part of OpenAPI 3 that CRDs are written in. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly nullable?: boolean;
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
  readonly 'x-kubernetes-int-or-string'?: boolean;
  readonly [keyword: string]: unknown;
}

/** Schemas of every version of the CRDs in these YAML documents. They refuse a field that an API server would drop. */
export function crdSchemas(yaml: string): CrdSchema[] {
  const documents = parseAllDocuments(yaml).map((document) => document.toJS() as Crd | null);
  return documents
    .filter((document) => document?.kind === 'CustomResourceDefinition')
    .flatMap((crd) => {
      const { group, names, versions } = (crd as Crd).spec;
      return versions.map(({ name, schema: { openAPIV3Schema } }) => ({
        path: `${group}/${names.kind.toLowerCase()}_${name}.json`,
        schema: strict({ ...openAPIV3Schema, properties: { ...ofEveryObject, ...openAPIV3Schema.properties } }),
      }));
    });
}

/** What every object has, whether its CRD says so or not. */
const ofEveryObject = { apiVersion: { type: 'string' }, kind: { type: 'string' }, metadata: { type: 'object' } };

/**
 * JSON Schema of what an API server keeps. It stays out of allOf, anyOf, oneOf and not: a CRD names no fields there, it
 * only restricts the ones it has named.
 */
function strict(schema: Schema): Schema {
  const { properties, items, additionalProperties, nullable, ...rest } = schema;
  const open = schema['x-kubernetes-preserve-unknown-fields'] === true;
  return {
    ...rest,
    ...(schema['x-kubernetes-int-or-string'] && !schema.anyOf && { anyOf: [{ type: 'integer' }, { type: 'string' }] }),
    ...(nullable && schema.type && { type: [schema.type, 'null'].flat() }),
    ...(nullable && schema.enum && { enum: [...schema.enum, null] }),
    ...(items && { items: strict(items) }),
    ...(properties && {
      properties: Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, strict(value)])),
      additionalProperties: open,
    }),
    ...(additionalProperties !== undefined && {
      additionalProperties:
        typeof additionalProperties === 'object' ? strict(additionalProperties) : additionalProperties,
    }),
  };
}
