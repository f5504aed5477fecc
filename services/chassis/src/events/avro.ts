import avsc from 'avsc';

const eightBytes = Buffer.alloc(8);

/** Avro `long` as bigint: a number would lose digits above 2^53. */
const longType = avsc.types.LongType.__with({
  fromBuffer: (buffer: Buffer) => buffer.readBigInt64LE(),
  // It is copied before the next one is written.
  toBuffer: (value: bigint) => {
    eightBytes.writeBigInt64LE(value);
    return eightBytes;
  },
  fromJSON: (value: number | string) => BigInt(value),
  toJSON: (value: bigint) => value.toString(),
  isValid: (value: unknown) => typeof value === 'bigint' && BigInt.asIntN(64, value) === value,
  compare: (one: bigint, other: bigint) => (one === other ? 0 : one < other ? -1 : 1),
});

/** Builds the type of an Avro schema, with every `long` a bigint. */
export function avroType(schema: unknown): avsc.Type {
  // A hook instead of a registry: registries remember names, and two versions of a schema share theirs.
  const typeHook = (part: unknown): avsc.Type | undefined =>
    part === 'long' || (part as { type?: unknown }).type === 'long' ? longType : undefined;
  return avsc.Type.forSchema(schema as avsc.Schema, { typeHook });
}

/** Throws a TypeError naming what does not fit the type: a missing field, a wrong one, one too many. */
export function assertFits(type: avsc.Type, name: string, value: unknown): void {
  type.isValid(value, {
    noUndeclaredFields: true,
    errorHook: (path: string[], _value: unknown, expected: avsc.Type) => {
      const what = path.length > 0 ? path.join('.') : 'the payload, or the name of one of its fields,';
      throw new TypeError(`${name}: ${what} is not a valid ${expected.typeName.replace('abstract:', '')}`);
    },
  } as Parameters<avsc.Type['isValid']>[1]);
}

type PlainReader = (value: unknown) => unknown;

const plainReaders = new WeakMap<avsc.Type, PlainReader>();

/**
 * Reads a payload out of plain JSON by its type: a long from a decimal string or a whole number, an absent field from
 * its default. Everything else is taken as it is; encoding refuses what does not fit.
 */
export function fromPlainJson(type: avsc.Type, value: unknown): unknown {
  let read = plainReaders.get(type);
  if (!read) {
    read = plainReader(type);
    plainReaders.set(type, read);
  }
  return read(value);
}

/** What is to be done for a type, found out once: the relay reads tens of thousands of payloads a second. */
function plainReader(type: avsc.Type): PlainReader {
  if (type === longType) return (value) => BigInt(value as string | number);
  if (type instanceof avsc.types.RecordType) {
    const fields = type.fields.map((field) => ({ field, name: field.name, read: plainReader(field.type) }));
    return (value) => {
      const payload: Record<string, unknown> = {};
      for (const { field, name, read } of fields) {
        const own = (value as Record<string, unknown>)[name];
        payload[name] = own === undefined ? field.defaultValue() : read(own);
      }
      return payload;
    };
  }
  if (type instanceof avsc.types.ArrayType) {
    const read = plainReader(type.itemsType);
    return (value) => (value as unknown[]).map(read);
  }
  if (type instanceof avsc.types.MapType) {
    const read = plainReader(type.valuesType);
    return (value) =>
      Object.fromEntries(Object.entries(value as Record<string, unknown>).map(([key, item]) => [key, read(item)]));
  }
  if (type instanceof avsc.types.UnwrappedUnionType) {
    // Our unions are "null or one type".
    const present = type.types.find((branch) => branch.typeName !== 'null');
    const read = present && plainReader(present);
    return (value) => (value === null || !read ? value : read(value));
  }
  return (value) => value;
}

/** JSON text of a payload, bigint as a decimal string. */
export function toPlainJson(payload: unknown): string {
  return JSON.stringify(payload, (_name, value) => (typeof value === 'bigint' ? value.toString() : value));
}
