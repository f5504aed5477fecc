import type { Kafka, Message, Producer } from 'kafkajs';
import { TopicUnavailable } from '../bus.ts';

/** Messages for one partition, in their order. */
export interface Parcel {
  /** Name in the cluster. */
  readonly topic: string;
  readonly partition: number;
  readonly messages: Message[];
}

/**
 * One producer id of the cluster's, and the sends made with it.
 *
 * Brokers recognize a repeated batch by producer id and sequence numbers alone, not by its content, and the client
 * takes a failed send's numbers back although the broker may have the batch. Whatever is sent next under those numbers
 * would be taken for the repetition and acknowledged without being kept. So no partition has two sends under way
 * at a time, and after a failed send a session takes no more: the next one has an id of its own.
 */
export class ProducerSession {
  readonly #producer: Producer;
  readonly #connected: Promise<void>;
  readonly #ended = Promise.withResolvers<void>();
  #abandoned = false;
  #retired = false;
  #sending = 0;

  constructor(kafka: Kafka) {
    this.#producer = kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      // How long a send is tried is for its caller to say, by abandoning it.
      retry: { retries: Number.MAX_SAFE_INTEGER },
      createPartitioner:
        () =>
        ({ message }) => {
          // Asked at each try, and so the one place where a send that nobody waits for any more can be ended.
          if (this.#abandoned) throw new AbandonedSend();
          return message.partition ?? -1;
        },
    });
    this.#connected = this.#producer.connect();
    this.#connected.catch(() => undefined);
  }

  /**
   * Sends to one partition; resolves when all in-sync replicas have it.
   *
   * @throws TopicUnavailable when no broker can be reached; otherwise the reason
   */
  async send({ topic, partition, messages }: Parcel): Promise<void> {
    this.#sending += 1;
    try {
      await this.#connected.catch((error: Error) => {
        throw new TopicUnavailable(`Kafka cannot be reached: ${error.message}`, { cause: error });
      });
      const answers = await this.#producer.send({ topic, acks: -1, messages });
      const [answer] = answers;
      if (
        answers.length !== 1 ||
        answer?.topicName !== topic ||
        answer.partition !== partition ||
        answer.errorCode !== 0
      ) {
        throw new Error(`Partition ${partition} of ${topic} did not acknowledge: ${JSON.stringify(answers)}`);
      }
    } finally {
      this.#sending -= 1;
      this.#endWhenDone();
    }
  }

  /** Takes no more sends, and ends when those under way have. */
  retire(): void {
    if (this.#retired) return;
    this.#retired = true;
    this.#endWhenDone();
  }

  /** Makes the sends under way fail soon, and not be tried again. */
  abandon(): void {
    this.#abandoned = true;
    this.retire();
    void this.#disconnect();
  }

  /** Resolves when a retired session has left nothing running. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  #endWhenDone(): void {
    // After an abandoned send too: in its last try it may have connected anew.
    if (this.#retired && this.#sending === 0) void this.#disconnect().then(this.#ended.resolve);
  }

  async #disconnect(): Promise<void> {
    await this.#producer.disconnect().catch(() => undefined);
  }
}

class AbandonedSend extends Error {
  override readonly name = 'AbandonedSend';
  readonly retriable = false;

  constructor() {
    super('The send was given up.');
  }
}
