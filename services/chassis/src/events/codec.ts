import { SchemaId } from '@confluentinc/schemaregistry/dist/serde/serde.js';
import type avsc from 'avsc';
import { type Logger, silentLogger } from '../logger.ts';
import { avroType } from './avro.ts';
import {
  isMissing,
  openRegistry,
  type Registry,
  type RegistryAccess,
  registryUnavailable,
  schemaOf,
  subjectOf,
} from './registry.ts';
import { assertSchemas, notRegistered, SchemaError } from './schemas.ts';
import { type EventPayloads, isTopic, payloadTypes, type Topic, topicNames, topicsOf } from './topics.ts';

/** How long an answer counts that the registry must improve: every event asks, and none may wait long for it. */
const ASK_AGAIN_MS = 1_000;

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
  readonly credentials?: RegistryAccess['credentials'];
  /** `KAFKA_PREFIX`: subjects follow the topics' names in the cluster. */
  readonly prefix?: string;
  /** Whose topics it writes and looks at; all of them when left out. */
  readonly service?: string;
  readonly logger?: Logger;
}

/**
 * Payloads to bytes and back, in Confluent's wire format. A record is written with the schema of this build and read
 * into it, whatever version wrote it, by Avro's schema resolution; the registry's own deserializer would give the
 * writer's fields, or those of the newest version, which a consumer that is older or newer does not expect.
 *
 * What was learnt of the registry is kept: schemas that are known are written and read while it is away.
 */
export class EventCodec {
  readonly #access: RegistryAccess;
  readonly #options: EventCodecOptions;
  readonly #registry: Registry;
  readonly #register: boolean;
  readonly #topics: readonly Topic[];
  #known: Promise<ReadonlyMap<Topic, Known>> | undefined;
  readonly #readers = new Map<string, Promise<Reader>>();

  /**
   * @param registryUrl of the schema registry, or `mock://` to keep schemas in this process
   */
  constructor(registryUrl = 'mock://', options: EventCodecOptions = {}) {
    this.#access = { url: registryUrl, credentials: options.credentials };
    this.#options = options;
    this.#topics = options.service === undefined ? topicNames : topicsOf(options.service);
    this.#registry = openRegistry(this.#access);
    this.#register = options.register ?? registryUrl.startsWith('mock:');
  }

  /**
   * Learns the schemas' ids. A registry that cannot be reached is no error: it is asked again when events go.
   *
   * @throws SchemaError naming each schema that is missing or does not fit, and the command that mends it
   */
  async start(): Promise<void> {
    const { prefix, logger = silentLogger } = this.#options;
    try {
      if (!this.#register) await assertSchemas(this.#access, { prefix }, this.#topics);
      await this.#schemas();
    } catch (error) {
      if (error instanceof SchemaError) throw error;
      logger.warn({ err: error }, 'the schema registry is not there yet; events wait for it');
    }
  }

  /**
   * Writes what this build sends.
   *
   * @throws DomainError UNAVAILABLE when the ids are not known yet and the registry does not answer; the writer throws
   *   SchemaError for a topic whose schema is not registered
   */
  async writer(): Promise<FrameWriter> {
    const schemas = await this.#schemas();
    const known = (topic: Topic): Known => {
      if (!isTopic(topic)) throw new EventFormatError(`The topic "${String(topic)}" is not declared.`);
      const schema = schemas.get(topic);
      if (!schema) throw notRegistered([{ topic, subject: subjectOf(topic, this.#options.prefix) }]);
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
    // In its own process the registry knows what was put into it; a real one is asked for the writer's id alone.
    if (this.#register) await this.#schemas();
    const frameId = new SchemaId('AVRO');
    const headerLength = legible(topic, () => frameId.fromBytes(frame));
    const { type, resolver } = await this.#reader(topic, frameId.id ?? -1);
    return legible(topic, () => type.fromBuffer(frame.subarray(headerLength), resolver)) as EventPayloads[T];
  }

  async #schemas(): Promise<ReadonlyMap<Topic, Known>> {
    this.#known ??= this.#ask();
    return await this.#known;
  }

  async #ask(): Promise<ReadonlyMap<Topic, Known>> {
    let complete = false;
    try {
      const known = await (this.#register ? this.#put() : this.#find());
      complete = known.size >= this.#topics.length;
      return known;
    } catch (error) {
      throw registryUnavailable(this.#access.url, error);
    } finally {
      if (!complete) setTimeout(() => (this.#known = undefined), ASK_AGAIN_MS).unref();
    }
  }

  async #put(): Promise<ReadonlyMap<Topic, Known>> {
    const known = new Map<Topic, Known>();
    for (const topic of topicNames) {
      const subject = subjectOf(topic, this.#options.prefix);
      const id = await this.#registry.register(subject, schemaOf(topic), false);
      known.set(topic, knownAs(id, await this.#registry.getVersion(subject, schemaOf(topic), false, false)));
    }
    return known;
  }

  async #find(): Promise<ReadonlyMap<Topic, Known>> {
    const known = new Map<Topic, Known>();
    const found = this.#topics.map(async (topic) => {
      const subject = subjectOf(topic, this.#options.prefix);
      try {
        const { id, version } = await this.#registry.getIdFullResponse(subject, schemaOf(topic), false);
        known.set(topic, knownAs(id, version));
      } catch (error) {
        if (!isMissing(error)) throw error;
      }
    });
    await Promise.all(found);
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
      return await this.#registry.getBySubjectAndId(subjectOf(topic, this.#options.prefix), id);
    } catch (error) {
      // Another refusal, of our credentials or by something that is no registry, may end.
      throw isMissing(error) ? illegible(topic, error) : registryUnavailable(this.#access.url, error);
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

function knownAs(id: number | undefined, version: number | undefined): Known {
  return { prefix: new SchemaId('AVRO', id).idToBytes(), version: String(version) };
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
