import { isUtf8 } from 'node:buffer';
import {
  type DescEnum,
  type DescField,
  type DescMessage,
  type DescMethod,
  fromJson,
  type JsonObject,
  type JsonValue,
  ScalarType,
} from '@bufbuild/protobuf';
import type { FieldViolation } from '../errors.ts';

/** In a stream, a message comes behind a byte of flags and four of length. */
const envelopeHeadBytes = 5;

/**
 * The field whose value keeps a body from being a message of the method, by its path in proto names
 * (`lines[2].side`), and what it must be. A key that is no field is named as it came; '' is the body itself, when it is
 * no object. Undefined when it is no JSON in UTF-8.
 */
export function malformedFieldIn(
  chunks: readonly Uint8Array[],
  { input, methodKind }: DescMethod,
): FieldViolation | undefined {
  const body = Buffer.concat(chunks);
  const text = methodKind === 'unary' ? body : body.subarray(envelopeHeadBytes);
  try {
    if (!isUtf8(text)) return undefined;
    const json = JSON.parse(text.toString()) as JsonValue;
    return isObject(json) ? malformedField(input, json) : { field: '', description: 'must be a JSON object' };
  } catch {
    return undefined;
  }
}

/** Found by trying the fields one at a time: protobuf-es names the type it could not read, and not where it was. */
function malformedField(desc: DescMessage, json: JsonValue): FieldViolation | undefined {
  if (!isObject(json)) return undefined;
  const wrong = Object.entries(json).find(([key, value]) => !parses(desc, { [key]: value }));
  if (wrong === undefined) return undefined;
  const [key, value] = wrong;
  const field = desc.fields.find(({ jsonName, name }) => jsonName === key || name === key);
  if (field === undefined) return { field: key.slice(0, 100), description: 'is not a field of this request' };
  if (field.fieldKind === 'message') return within(field.name, field.message, value);
  const part = partAtFault(desc, field, key, value);
  if (part === undefined) return { field: field.name, description: expected(field) };
  const path = `${field.name}[${part.at}]`;
  if (field.message !== undefined) return within(path, field.message, part.value);
  return { field: path, description: field.enum === undefined ? scalar(field.scalar, field.name) : oneOf(field.enum) };
}

/** The item of a list or the entry of a map that does not parse by itself; undefined when the value is no list or map. */
function partAtFault(
  desc: DescMessage,
  field: DescField,
  key: string,
  value: JsonValue,
): { at: string; value: JsonValue } | undefined {
  if (field.fieldKind === 'list' && Array.isArray(value)) {
    const index = value.findIndex((item) => !parses(desc, { [key]: [item] }));
    return index < 0 ? undefined : { at: `${index}`, value: value[index] ?? null };
  }
  if (field.fieldKind === 'map' && isObject(value)) {
    const entry = Object.entries(value).find(([name, one]) => !parses(desc, { [key]: { [name]: one } }));
    return entry && { at: JSON.stringify(entry[0].slice(0, 100)), value: entry[1] };
  }
  return undefined;
}

/** The field at fault in the message at `path`, or the message itself. */
function within(path: string, desc: DescMessage, value: JsonValue): FieldViolation {
  // Google's own types have a JSON form of their own, without fields.
  if (desc.typeName === 'google.protobuf.Timestamp') {
    return { field: path, description: 'must be an instant such as 2026-03-31T12:00:00Z' };
  }
  const inner = malformedField(desc, value);
  if (inner !== undefined) return { ...inner, field: `${path}.${inner.field}` };
  return { field: path, description: 'must be an object' };
}

function expected(field: DescField): string {
  switch (field.fieldKind) {
    case 'enum':
      return oneOf(field.enum);
    case 'scalar':
      return scalar(field.scalar, field.name);
    case 'list':
      return 'must be a list';
    default:
      return 'must be an object';
  }
}

/** The choices that an enum leaves, as a rule. */
export function oneOf({ values }: DescEnum): string {
  return `must be one of ${values
    .filter(({ number }) => number !== 0)
    .map(({ name }) => name)
    .join(', ')}`;
}

function scalar(type: ScalarType, name: string): string {
  switch (type) {
    case ScalarType.INT32:
      return 'must be a whole number of at most 32 bits';
    case ScalarType.INT64:
      return name.includes('_minor')
        ? 'must be a whole number of minor units: 1050 is 10.50 USD'
        : 'must be a whole number of at most 64 bits';
    case ScalarType.BOOL:
      return 'must be true or false';
    case ScalarType.DOUBLE:
      return 'must be a number';
    case ScalarType.BYTES:
      return 'must be bytes in base64';
    default:
      return 'must be text';
  }
}

function isObject(json: JsonValue): json is JsonObject {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

function parses(desc: DescMessage, json: JsonObject): boolean {
  try {
    fromJson(desc, json);
    return true;
  } catch {
    return false;
  }
}
