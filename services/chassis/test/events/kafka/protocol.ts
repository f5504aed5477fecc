/** The part of Kafka's protocol that a producer needs: https://kafka.apache.org/protocol. Big-endian throughout. */
export const api = { produce: 0, metadata: 3, apiVersions: 18, initProducerId: 22 } as const;

export const errorCode = { none: 0, notLeader: 6, outOfOrderSequence: 45 } as const;

/** Reads a request's fields one after the other. */
export class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  int8 = (): number => this.#bytes.readInt8(this.#advance(1));
  int16 = (): number => this.#bytes.readInt16BE(this.#advance(2));
  int32 = (): number => this.#bytes.readInt32BE(this.#advance(4));
  int64 = (): bigint => this.#bytes.readBigInt64BE(this.#advance(8));

  string(): string {
    const length = this.int16();
    return length < 0 ? '' : this.bytes(length).toString();
  }

  array<T>(read: () => T): T[] {
    return Array.from({ length: this.int32() }, read);
  }

  /** A zigzag-encoded number of variable length. */
  varint(): number {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = BigInt.asUintN(8, BigInt(this.int8()));
      value |= (byte & 0x7fn) << shift;
      if ((byte & 0x80n) === 0n) break;
    }
    return Number((value >> 1n) ^ -(value & 1n));
  }

  bytes(length: number): Buffer {
    const start = this.#advance(length);
    return this.#bytes.subarray(start, start + length);
  }

  #advance(length: number): number {
    this.#at += length;
    return this.#at - length;
  }
}

const fixed = (length: number, write: (buffer: Buffer) => void): Buffer => {
  const buffer = Buffer.alloc(length);
  write(buffer);
  return buffer;
};

/** What an answer is put together from. */
export const write = {
  int8: (value: number): Buffer => fixed(1, (buffer) => buffer.writeInt8(value)),
  int16: (value: number): Buffer => fixed(2, (buffer) => buffer.writeInt16BE(value)),
  int32: (value: number): Buffer => fixed(4, (buffer) => buffer.writeInt32BE(value)),
  int64: (value: bigint): Buffer => fixed(8, (buffer) => buffer.writeBigInt64BE(value)),
  string: (text: string): Buffer => Buffer.concat([write.int16(Buffer.byteLength(text)), Buffer.from(text)]),
  array: (items: readonly Buffer[]): Buffer => Buffer.concat([write.int32(items.length), ...items]),
};

/** Records for one partition, with what a broker recognizes a repetition by. */
export interface Batch {
  readonly topic: string;
  readonly partition: number;
  readonly producerId: bigint;
  readonly firstSequence: number;
  readonly keys: readonly string[];
  readonly bytes: number;
}

/** The batches of a Produce request, version 3. */
export function readProduce(request: Reader): Batch[] {
  request.string();
  request.int16();
  request.int32();
  return request
    .array(() => {
      const topic = request.string();
      return request.array(() => ({ topic, partition: request.int32(), ...readBatch(request.bytes(request.int32())) }));
    })
    .flat();
}

/** Record batch, magic 2. */
function readBatch(bytes: Buffer): Omit<Batch, 'topic' | 'partition'> {
  // Offset, length, epoch, magic, checksum, attributes, last offset, two timestamps.
  const batch = new Reader(bytes.subarray(8 + 4 + 4 + 1 + 4 + 2 + 4 + 8 + 8));
  const producerId = batch.int64();
  batch.int16();
  const firstSequence = batch.int32();
  const keys = batch.array(() => {
    const record = new Reader(batch.bytes(batch.varint()));
    record.int8();
    record.varint();
    record.varint();
    return record.bytes(record.varint()).toString();
  });
  return { producerId, firstSequence, keys, bytes: bytes.length };
}
