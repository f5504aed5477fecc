import avsc from 'avsc';

/** Avro `long` as bigint: a number would lose digits above 2^53. */
const longType = avsc.types.LongType.__with({
  fromBuffer: (buffer: Buffer) => buffer.readBigInt64LE(),
  toBuffer: (value: bigint) => {
    const buffer = Buffer.alloc(8);
    buffer.writeBigInt64LE(value);
    return buffer;
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

/**
 * Reads a payload out of plain JSON by its type: a long from a decimal string or a whole number, an absent field from
 * its default. Everything else is taken as it is; encoding refuses what does not fit.
 */
export function fromPlainJson(type: avsc.Type, value: unknown): unknown {
  if (type === longType) return BigInt(value as string | number);
  if (type instanceof avsc.types.RecordType) {
    const source = value as Record<string, unknown>;
    return Object.fromEntries(
      type.fields.map((field) => {
        const own = source[field.name];
        return [field.name, own === undefined ? field.defaultValue() : fromPlainJson(field.type, own)];
      }),
    );
  }
  if (type instanceof avsc.types.ArrayType) {
    return (value as unknown[]).map((item) => fromPlainJson(type.itemsType, item));
  }
  if (type instanceof avsc.types.MapType) {
    const entries = Object.entries(value as Record<string, unknown>);
    return Object.fromEntries(entries.map(([key, item]) => [key, fromPlainJson(type.valuesType, item)]));
  }
  if (type instanceof avsc.types.UnwrappedUnionType) {
    // Our unions are "null or one type".
    const present = type.types.find((branch) => branch.typeName !== 'null');
    return value === null || !present ? value : fromPlainJson(present, value);
  }
  return value;
}

/** JSON text of a payload, bigint as a decimal string. */
export function toPlainJson(payload: unknown): string {
  return JSON.stringify(payload, (_name, value) => (typeof value === 'bigint' ? value.toString() : value));
}
