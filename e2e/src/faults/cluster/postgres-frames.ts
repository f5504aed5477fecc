/** A message of PostgreSQL's protocol. */
export interface Frame {
  /** Its letter; empty for the first message of a client, which has none. */
  readonly type: string;
  readonly body: Buffer;
  /** As it came. */
  readonly raw: Buffer;
}

const LENGTH_BYTES = 4;

/** Cuts one direction of a connection into messages, however the network chopped it. */
export class FrameReader {
  #rest: Buffer = Buffer.alloc(0);
  #first: boolean;

  /** @param client whether it is the client who speaks: the first message has no letter then */
  constructor({ client }: { client: boolean }) {
    this.#first = client;
  }

  read(chunk: Buffer): Frame[] {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const frames: Frame[] = [];
    for (;;) {
      const head = this.#first ? 0 : 1;
      if (this.#rest.length < head + LENGTH_BYTES) return frames;
      const end = head + this.#rest.readUInt32BE(head);
      if (this.#rest.length < end) return frames;
      const raw = this.#rest.subarray(0, end);
      frames.push({ type: raw.toString('latin1', 0, head), body: raw.subarray(head + LENGTH_BYTES), raw });
      this.#rest = this.#rest.subarray(end);
      this.#first = false;
    }
  }
}

/** The texts, each ended by a zero byte, that a message begins with. */
export function textsOf({ body }: Frame, count: number): string[] {
  const texts: string[] = [];
  for (let from = 0; texts.length < count; ) {
    const end = body.indexOf(0, from);
    if (end < 0) break;
    texts.push(body.toString('utf8', from, end));
    from = end + 1;
  }
  return texts;
}
