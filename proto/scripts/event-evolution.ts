import avsc from 'avsc';

/** An Avro schema as its JSON. */
export type AvroSchema = Parameters<typeof avsc.Type.forSchema>[0];

/**
 * Why a consumer that reads by `current` could not read a record written by one of `former` (the registry's
 * BACKWARD_TRANSITIVE), or undefined when it could read them all. Old records stay on a topic for its whole
 * retention and in outboxes and dead letters beyond it, so every former version counts.
 */
export function incompatibility(current: AvroSchema, former: readonly AvroSchema[]): string | undefined {
  // A type registers its name when it is parsed, so each schema needs a registry of its own.
  const parse = (schema: AvroSchema) => avsc.Type.forSchema(schema, { registry: {} });
  const reader = parse(current);
  for (const writer of former) {
    try {
      reader.createResolver(parse(writer));
    } catch (error) {
      return (error as Error).message;
    }
  }
  return undefined;
}
