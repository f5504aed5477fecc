import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { type Frame, FrameReader, textsOf } from './postgres-frames.ts';

/** What may happen to a conversation on its way; answering true cuts it there, and the other side hears no more. */
export interface ProxyHooks {
  /** A statement comes by; cut, it never reaches the server. */
  readonly onStatement?: (sql: string) => boolean;
  /** The server has committed a transaction of these statements; cut, the service never learns of it. */
  readonly onCommitted?: (statements: readonly string[]) => boolean;
  /** How long the service's messages take on their way, in milliseconds. */
  readonly delayMs?: number;
}

/** Stands between a service and PostgreSQL and understands what they say. */
export class PostgresProxy {
  readonly #server: Server;
  readonly #target: number;
  readonly #sockets = new Set<Socket>();
  hooks: ProxyHooks = {};

  private constructor(target: number) {
    this.#target = target;
    this.#server = createServer((client) => this.#serve(client));
  }

  /** Listens on a free port of 127.0.0.1 and passes everything on to `target`. */
  static async open(target: number): Promise<PostgresProxy> {
    const proxy = new PostgresProxy(target);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #serve(client: Socket): void {
    const server = connect(this.#target, '127.0.0.1');
    const cut = () => {
      client.destroy();
      server.destroy();
    };
    for (const socket of [client, server]) {
      socket.setNoDelay(true);
      this.#sockets.add(socket);
      socket.on('error', cut).on('close', () => {
        this.#sockets.delete(socket);
        cut();
      });
    }
    const conversation = new Conversation(() => this.hooks);
    client.on('data', (chunk: Buffer) => this.#pass(conversation.fromClient(chunk), server, cut));
    server.on('data', (chunk: Buffer) => {
      const { passed, over } = conversation.fromServer(chunk);
      if (passed.length > 0) client.write(passed);
      if (over) cut();
    });
  }

  #pass({ passed, over }: Passage, server: Socket, cut: () => void): void {
    const send = () => {
      if (passed.length > 0 && server.writable) server.write(passed);
      if (over) cut();
    };
    // Timers of the same length fire in the order they were set, so nothing overtakes.
    if (this.hooks.delayMs) setTimeout(send, this.hooks.delayMs);
    else send();
  }
}

/** What goes on to the other side, and whether the conversation ends after it. */
interface Passage {
  readonly passed: Buffer;
  readonly over: boolean;
}

class Conversation {
  readonly #hooks: () => ProxyHooks;
  readonly #client = new FrameReader({ client: true });
  readonly #server = new FrameReader({ client: false });
  /** Prepared statements by their names. */
  readonly #prepared = new Map<string, string>();
  /** Of the transaction under way. */
  #statements: string[] = [];

  constructor(hooks: () => ProxyHooks) {
    this.#hooks = hooks;
  }

  fromClient(chunk: Buffer): Passage {
    return through(this.#client.read(chunk), (frame) => {
      const sql = this.#statementOf(frame);
      if (sql === undefined) return false;
      if (/^begin|^start transaction/i.test(sql)) this.#statements = [];
      this.#statements.push(sql);
      return this.#hooks().onStatement?.(sql) ?? false;
    });
  }

  fromServer(chunk: Buffer): Passage {
    return through(this.#server.read(chunk), (frame) => {
      if (frame.type !== 'C' || textsOf(frame, 1)[0] !== 'COMMIT') return false;
      return this.#hooks().onCommitted?.(this.#statements) ?? false;
    });
  }

  /** What a message asks to be done: a simple query, or the execution of what was prepared. */
  #statementOf(frame: Frame): string | undefined {
    if (frame.type === 'Q') return textsOf(frame, 1)[0];
    if (frame.type === 'P') {
      const [name = '', sql = ''] = textsOf(frame, 2);
      this.#prepared.set(name, sql);
      return undefined;
    }
    if (frame.type !== 'B') return undefined;
    const [, name = ''] = textsOf(frame, 2);
    return this.#prepared.get(name);
  }
}

function through(frames: readonly Frame[], isCut: (frame: Frame) => boolean): Passage {
  const passed: Buffer[] = [];
  for (const frame of frames) {
    if (isCut(frame)) return { passed: Buffer.concat(passed), over: true };
    passed.push(frame.raw);
  }
  return { passed: Buffer.concat(passed), over: false };
}
