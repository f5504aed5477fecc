import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { api, type Batch, errorCode, Reader, readProduce, write } from './protocol.ts';

/** What a broker does with a batch: keep and acknowledge it, keep it and die before the answer, or neither. */
export type Fate = 'keep' | 'keep-and-hang-up' | 'hang-up';

/**
 * Brokers that speak just enough of Kafka's protocol for a producer, and fail when a test says so. They recognize a
 * repetition as Kafka does: by producer id and sequence numbers, whatever the content.
 */
export class FakeCluster {
  readonly #brokers: Broker[] = [];
  /** Node that leads each partition. */
  readonly leaders: number[];
  readonly topic: string;
  /** Keys that each partition holds, in their order. */
  readonly kept: string[][];
  /** Asked for each batch that comes to its leader and is no repetition of a kept one. */
  fateOf: (batch: Batch, nodeId: number) => Fate = () => 'keep';
  /** Asked for a repetition, whose records are kept already: whether its sender hears so. */
  answersRepetition: () => boolean = () => true;
  readonly #sequences = new Map<string, { first: number; next: number }>();
  #producerIds = 0n;

  private constructor(topic: string, leaders: number[]) {
    this.topic = topic;
    this.leaders = leaders;
    this.kept = leaders.map(() => []);
  }

  /** @param leaders the node, from 0, that leads each partition of the one topic */
  static async start(topic: string, leaders: number[]): Promise<FakeCluster> {
    const cluster = new FakeCluster(topic, leaders);
    for (let nodeId = 0; nodeId <= Math.max(...leaders); nodeId += 1) {
      cluster.#brokers.push(await Broker.listen((request) => cluster.#answer(nodeId, request)));
    }
    return cluster;
  }

  get addresses(): string[] {
    return this.#brokers.map(({ port }) => `127.0.0.1:${port}`);
  }

  stop(): void {
    for (const broker of this.#brokers) broker.stop();
  }

  /** @returns the answer's body; undefined hangs up */
  #answer(nodeId: number, request: Request): Buffer | undefined {
    switch (request.apiKey) {
      case api.apiVersions:
        return Buffer.concat([
          write.int16(errorCode.none),
          write.array(
            // Each in the one version that is spoken here.
            [
              [api.produce, 3],
              [api.metadata, 1],
              [api.apiVersions, 2],
              [api.initProducerId, 0],
            ].map((numbers) => Buffer.concat([...numbers, numbers[1] ?? 0].map(write.int16))),
          ),
          write.int32(0),
        ]);
      case api.metadata:
        return this.#metadata();
      case api.initProducerId:
        this.#producerIds += 1n;
        return Buffer.concat([
          write.int32(0),
          write.int16(errorCode.none),
          write.int64(this.#producerIds),
          write.int16(0),
        ]);
      case api.produce:
        return this.#produce(nodeId, readProduce(request.body));
      default:
        throw new Error(`A producer does not send ${request.apiKey}.`);
    }
  }

  #metadata(): Buffer {
    const brokers = this.#brokers.map(({ port }, nodeId) =>
      Buffer.concat([write.int32(nodeId), write.string('127.0.0.1'), write.int32(port), write.int16(-1)]),
    );
    const partitions = this.leaders.map((leader, partition) => {
      const nodes = write.array(this.#brokers.map((_, nodeId) => write.int32(nodeId)));
      return Buffer.concat([write.int16(0), write.int32(partition), write.int32(leader), nodes, nodes]);
    });
    const topic = Buffer.concat([write.int16(0), write.string(this.topic), write.int8(0), write.array(partitions)]);
    return Buffer.concat([write.array(brokers), write.int32(0), write.array([topic])]);
  }

  #produce(nodeId: number, batches: readonly Batch[]): Buffer | undefined {
    let hangUp = false;
    const answers = batches.map((batch) => {
      const [code, heard] = this.#take(nodeId, batch);
      hangUp ||= !heard;
      return Buffer.concat([
        write.int32(batch.partition),
        write.int16(code),
        write.int64(BigInt(this.kept[batch.partition]?.length ?? 0)),
        write.int64(-1n),
      ]);
    });
    if (hangUp) return undefined;
    const topic = Buffer.concat([write.string(this.topic), write.array(answers)]);
    return Buffer.concat([write.array([topic]), write.int32(0)]);
  }

  /** @returns the error code, and whether the sender gets to hear it */
  #take(nodeId: number, batch: Batch): [number, boolean] {
    const { partition, producerId, firstSequence, keys } = batch;
    if (this.leaders[partition] !== nodeId) return [errorCode.notLeader, true];
    const name = `${producerId}/${partition}`;
    const last = this.#sequences.get(name) ?? { first: 0, next: 0 };
    const next = firstSequence + keys.length;
    if (last.first === firstSequence && last.next === next) return [errorCode.none, this.answersRepetition()];
    if (firstSequence !== last.next) return [errorCode.outOfOrderSequence, true];
    const fate = this.fateOf(batch, nodeId);
    if (fate !== 'hang-up') {
      this.#sequences.set(name, { first: firstSequence, next });
      this.kept[partition]?.push(...keys);
    }
    return [errorCode.none, fate === 'keep'];
  }
}

interface Request {
  readonly apiKey: number;
  readonly body: Reader;
}

/** One listening socket: frames in, frames out. */
class Broker {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(answer: (request: Request) => Buffer | undefined) {
    this.#server = createServer((socket) => {
      this.#sockets.add(socket);
      let buffered = Buffer.alloc(0);
      socket.on('error', () => undefined);
      socket.on('data', (chunk: Buffer) => {
        buffered = Buffer.concat([buffered, chunk]);
        while (buffered.length >= 4 && buffered.length >= 4 + buffered.readInt32BE(0)) {
          const frame = buffered.subarray(4, 4 + buffered.readInt32BE(0));
          buffered = buffered.subarray(4 + frame.length);
          const request = new Reader(frame);
          const apiKey = request.int16();
          request.int16();
          const correlationId = write.int32(request.int32());
          request.string();
          const body = answer({ apiKey, body: request });
          if (!body) return void socket.destroy();
          socket.write(Buffer.concat([write.int32(4 + body.length), correlationId, body]));
        }
      });
    });
  }

  static async listen(answer: (request: Request) => Buffer | undefined): Promise<Broker> {
    const broker = new Broker(answer);
    broker.#server.listen(0, '127.0.0.1');
    await once(broker.#server, 'listening');
    return broker;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  stop(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}
