import avsc from 'avsc';

/** Why records of one schema cannot be read by another. */
export interface Unreadable {
  /** Path of the field: `lines.amountMinor`; the record's own name when it is about the whole. */
  readonly field: string;
  /** Which rule of evolution it breaks, in a sentence's half: `is new and has no default`. */
  readonly rule: string;
}

/**
 * What keeps a consumer with the schema `reader` from reading what a producer with `writer` wrote, by Avro's rules of
 * schema resolution; empty when nothing does.
 */
export function unreadable(reader: avsc.Type, writer: avsc.Type, path: readonly string[] = []): Unreadable[] {
  if (reader instanceof avsc.types.RecordType && writer instanceof avsc.types.RecordType) {
    const writerFields = writer.fields;
    const found = reader.fields.flatMap((field) => {
      const names = [field.name, ...field.aliases];
      const written = writerFields.find(({ name }) => names.includes(name));
      const inside = [...path, field.name];
      if (written) return unreadable(field.type, written.type, inside);
      return field.defaultValue() === undefined ? [{ field: inside.join('.'), rule: 'is new and has no default' }] : [];
    });
    if (found.length > 0) return found;
  }
  if (reader instanceof avsc.types.ArrayType && writer instanceof avsc.types.ArrayType) {
    return unreadable(reader.itemsType, writer.itemsType, path);
  }
  try {
    reader.createResolver(writer);
    return [];
  } catch {
    const [from, to] = [nameOf(writer), nameOf(reader)];
    const field = path.length > 0 ? path.join('.') : to;
    return [{ field, rule: `was ${from} and is ${to}, which cannot read it` }];
  }
}

function nameOf(type: avsc.Type): string {
  if (type instanceof avsc.types.UnwrappedUnionType || type instanceof avsc.types.WrappedUnionType) {
    return type.types.map(nameOf).join(' or ');
  }
  return type.name ?? type.typeName.replace('abstract:', '');
}
