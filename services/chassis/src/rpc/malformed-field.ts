import {
  type DescField,
  type DescMessage,
  type DescMethod,
  fromJson,
  type JsonObject,
  type JsonValue,
} from '@bufbuild/protobuf';

/** In a stream, a message comes behind a byte of flags and four of length. */
const envelopeHeadBytes = 5;

/**
 * Path of the field whose value keeps a body from being a message of the method, as proto names: `lines[2].side`. A key
 * that is no field is named as it came. Undefined when the body as a whole is no message, or no JSON.
 */
export function malformedFieldIn(chunks: readonly Uint8Array[], { input, methodKind }: DescMethod): string | undefined {
  const body = Buffer.concat(chunks);
  const text = methodKind === 'unary' ? body : body.subarray(envelopeHeadBytes);
  try {
    return malformedField(input, JSON.parse(text.toString()) as JsonValue);
  } catch {
    return undefined;
  }
}

/** Found by trying the fields one at a time: protobuf-es names the type it could not read, and not where it was. */
function malformedField(desc: DescMessage, json: JsonValue): string | undefined {
  if (!isObject(json)) return undefined;
  const wrong = Object.entries(json).find(([key, value]) => !parses(desc, { [key]: value }));
  if (wrong === undefined) return undefined;
  const [key, value] = wrong;
  const field = desc.fields.find(({ jsonName, name }) => jsonName === key || name === key);
  return field === undefined ? key.slice(0, 100) : field.name + inside(desc, field, key, value);
}

function inside(desc: DescMessage, field: DescField, key: string, value: JsonValue): string {
  if (field.fieldKind === 'message') return member(field.message, value);
  if (field.fieldKind !== 'list' || !Array.isArray(value)) return '';
  const index = value.findIndex((item) => !parses(desc, { [key]: [item] }));
  return `[${index}]${field.listKind === 'message' ? member(field.message, value[index] ?? null) : ''}`;
}

function member(desc: DescMessage, value: JsonValue): string {
  // Google's own types have a JSON form of their own, without fields.
  const path = desc.typeName.startsWith('google.') ? undefined : malformedField(desc, value);
  return path === undefined ? '' : `.${path}`;
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
