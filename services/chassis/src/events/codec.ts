import { SchemaRegistryClient } from '@confluentinc/schemaregistry/dist/schemaregistry-client.js';
import { SchemaId } from '@confluentinc/schemaregistry/dist/serde/serde.js';
import type avsc from 'avsc';
import { unavailable } from '../errors.ts';
import { avroType } from './avro.ts';
import { type EventPayloads, isTopic, payloadTypes, schemaText, type Topic, topicNames } from './topics.ts';

// Deep imports: the package's index loads JSON Schema, Protobuf and five key-management systems (1 s, 89 MB).
type Registry = ReturnType<typeof SchemaRegistryClient.newClient>;

/** With which a registry says that the id is none of its schemas'. Another refusal (of our credentials, say) may end. */
const NO_SUCH_SCHEMA: ReadonlySet<number> = new Set([400, 404, 422]);

interface Known {
  /** What a frame begins with: a zero byte and the schema's id. */
  readonly prefix: Uint8Array;
  readonly version: string;
}

/** Frames payloads without asking anybody: it knows the ids of this build's schemas. */
export interface FrameWriter {
  /** The frame of a payload. Throws TypeError when it does not fit the topic's schema. */
  frame<T extends Topic>(topic: T, payload: EventPayloads[T]): Buffer;
  /** The registry's version of the schema that `frame` writes. */
  versionOf(topic: Topic): string;
}

interface Reader {
  readonly type: avsc.Type;
  /** From the writer's schema to ours; absent when they are the same. */
  readonly resolver: avsc.Resolver | undefined;
}

/** A payload's bytes do not say what they must; asking again will not help. */
export class EventFormatError extends Error {
  override readonly name = 'EventFormatError';
}

export interface EventCodecOptions {
  /**
   * Put missing schemas into the registry, instead of asking that they be there. Default for `mock://`, where all codecs
   * get the same ids because all register the same topics in the same order.
   */
  readonly register?: boolean;
  /** Of the registry's HTTP basic authentication. */
  readonly credentials?: { readonly username: string; readonly password: string };
}

/**
 * Payloads to bytes and back, in Confluent's wire format. A record is written with the schema of this build and read
 * into it, whatever version wrote it, by Avro's schema resolution; the registry's own deserializer would give the
 * writer's fields, or those of the newest version, which a consumer that is older or newer does not expect.
 */
export class EventCodec {
  readonly #registry: Registry;
  readonly #register: boolean;
  #known: Promise<ReadonlyMap<Topic, Known>> | undefined;
  readonly #readers = new Map<string, Promise<Reader>>();

  /**
   * @param registryUrl of the schema registry, or `mock://` to keep schemas in this process
   */
  constructor(registryUrl = 'mock://', options: EventCodecOptions = {}) {
    const { credentials } = options;
    this.#registry = SchemaRegistryClient.newClient({
      baseURLs: [registryUrl],
      ...(credentials && {
        basicAuthCredentials: {
          credentialsSource: 'USER_INFO' as const,
          userInfo: `${credentials.username}:${credentials.password}`,
        },
      }),
    });
    this.#register = options.register ?? registryUrl.startsWith('mock:');
  }

  /** Learns the schemas' ids; otherwise the first use does. */
  async start(): Promise<void> {
    await this.#schemas();
  }

  /**
   * Writes what this build sends.
   *
   * @throws DomainError UNAVAILABLE when the ids are not known yet and the registry does not answer
   */
  async writer(): Promise<FrameWriter> {
    const schemas = await this.#schemas();
    const known = (topic: Topic): Known => {
      const schema = schemas.get(topic);
      if (!schema) throw new EventFormatError(`The topic "${topic}" is not declared.`);
      return schema;
    };
    return {
      frame: (topic, payload) => frameOf(known(topic).prefix, payloadTypes[topic], payload),
      versionOf: (topic) => known(topic).version,
    };
  }

  /**
   * The payload in a frame.
   *
   * @throws EventFormatError when it cannot be read, DomainError UNAVAILABLE when the registry does not answer
   */
  async decode<T extends Topic>(topic: T, frame: Buffer): Promise<EventPayloads[T]> {
    if (!isTopic(topic)) throw new EventFormatError(`The topic "${String(topic)}" is not declared.`);
    await this.#schemas();
    const frameId = new SchemaId('AVRO');
    const headerLength = legible(topic, () => frameId.fromBytes(frame));
    const { type, resolver } = await this.#reader(topic, frameId.id ?? -1);
    return legible(topic, () => type.fromBuffer(frame.subarray(headerLength), resolver)) as EventPayloads[T];
  }

  async #schemas(): Promise<ReadonlyMap<Topic, Known>> {
    this.#known ??= this.#learn();
    try {
      return await this.#known;
    } catch (error) {
      // The next use asks again.
      this.#known = undefined;
      throw registryUnavailable(error);
    }
  }

  async #learn(): Promise<ReadonlyMap<Topic, Known>> {
    const known = new Map<Topic, Known>();
    for (const topic of topicNames) {
      const subject = subjectOf(topic);
      const schema = { schemaType: 'AVRO', schema: schemaText(topic) };
      const id = await (this.#register
        ? this.#registry.register(subject, schema, false)
        : this.#registry.getId(subject, schema, false));
      const version = String(await this.#registry.getVersion(subject, schema, false, false));
      known.set(topic, { prefix: new SchemaId('AVRO', id).idToBytes(), version });
    }
    return known;
  }

  #reader(topic: Topic, id: number): Promise<Reader> {
    const name = `${topic}/${id}`;
    const cached = this.#readers.get(name);
    if (cached) return cached;
    const reader = this.#makeReader(topic, id);
    this.#readers.set(name, reader);
    reader.catch(() => this.#readers.delete(name));
    return reader;
  }

  async #makeReader(topic: Topic, id: number): Promise<Reader> {
    const ours = payloadTypes[topic];
    const { schema } = await this.#writerSchema(topic, id);
    return legible(topic, () => {
      const writer = avroType(JSON.parse(schema));
      return { type: ours, resolver: ours.equals(writer) ? undefined : ours.createResolver(writer) };
    });
  }

  async #writerSchema(topic: Topic, id: number): Promise<{ schema: string }> {
    try {
      return await this.#registry.getBySubjectAndId(subjectOf(topic), id);
    } catch (error) {
      const { status } = error as { status?: number };
      throw status !== undefined && NO_SUCH_SCHEMA.has(status) ? illegible(topic, error) : registryUnavailable(error);
    }
  }
}

/** Where frames are put together: most fit, and allocating for each of them cost as much as the encoding. */
const scratch = Buffer.allocUnsafeSlow(64 * 1024);

function frameOf(prefix: Uint8Array, type: avsc.Type, payload: unknown): Buffer {
  scratch.set(prefix);
  const end = type.encode(payload, scratch, prefix.length);
  if (end < 0) return Buffer.concat([prefix, type.toBuffer(payload)]);
  return Buffer.from(scratch.subarray(0, end));
}

function subjectOf(topic: Topic): string {
  return `${topic}-value`;
}

/** Runs what reads bytes or a schema: what it throws, whatever its kind, is the record's own fault. */
function legible<T>(topic: Topic, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw illegible(topic, error);
  }
}

function illegible(topic: Topic, cause: unknown): EventFormatError {
  return new EventFormatError(`${topic}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
}

function registryUnavailable(cause: unknown): Error {
  return unavailable('SCHEMA_REGISTRY_UNAVAILABLE', 'The schema registry does not answer as it must.', { cause });
}
