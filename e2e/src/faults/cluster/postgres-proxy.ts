import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { type Frame, FrameReader, textsOf } from './postgres-frames.ts';

/** What a service asks its database to do. */
export interface Statement {
  readonly sql: string;
  /** The parameters as they travel, one after the other; empty for a statement without any. */
  readonly values: string;
}

/** What may happen to a conversation on its way; answering true cuts it there, and the other side hears no more. */
export interface ProxyHooks {
  /** A statement comes by; cut, it never reaches the server. */
  readonly onStatement?: (statement: Statement) => boolean;
  /** The server has committed a transaction of these statements; cut, the service never learns of it. */
  readonly onCommitted?: (statements: readonly Statement[]) => boolean;
  /** How long a statement takes on its way, in milliseconds; what the same connection says after it waits behind it. */
  readonly delayMs?: (statement: Statement) => number;
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
    let waiting = 0;
    let last = Promise.resolve();
    client.on('data', (chunk: Buffer) => {
      const { passed, over, delayMs } = conversation.fromClient(chunk);
      const pass = () => {
        if (passed.length > 0 && server.writable) server.write(passed);
        if (over) cut();
      };
      if (delayMs === 0 && waiting === 0) return pass();
      waiting += 1;
      last = last.then(async () => {
        await delay(delayMs);
        waiting -= 1;
        pass();
      });
    });
    server.on('data', (chunk: Buffer) => {
      const { passed, over } = conversation.fromServer(chunk);
      if (passed.length > 0) client.write(passed);
      if (over) cut();
    });
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
  #statements: Statement[] = [];

  constructor(hooks: () => ProxyHooks) {
    this.#hooks = hooks;
  }

  fromClient(chunk: Buffer): Passage & { readonly delayMs: number } {
    let delayMs = 0;
    const passage = through(this.#client.read(chunk), (frame) => {
      const statement = this.#statementOf(frame);
      if (!statement) return false;
      if (/^begin|^start transaction/i.test(statement.sql)) this.#statements = [];
      this.#statements.push(statement);
      const { onStatement, delayMs: delayOf } = this.#hooks();
      delayMs += delayOf?.(statement) ?? 0;
      return onStatement?.(statement) ?? false;
    });
    return { ...passage, delayMs };
  }

  fromServer(chunk: Buffer): Passage {
    return through(this.#server.read(chunk), (frame) => {
      if (frame.type !== 'C' || textsOf(frame, 1)[0] !== 'COMMIT') return false;
      return this.#hooks().onCommitted?.(this.#statements) ?? false;
    });
  }

  /** What a message asks to be done: a simple query, or the execution of what was prepared. */
  #statementOf(frame: Frame): Statement | undefined {
    if (frame.type === 'Q') return { sql: textsOf(frame, 1)[0] ?? '', values: '' };
    if (frame.type === 'P') {
      const [name = '', sql = ''] = textsOf(frame, 2);
      this.#prepared.set(name, sql);
      return undefined;
    }
    if (frame.type !== 'B') return undefined;
    const [portal = '', name = ''] = textsOf(frame, 2);
    const sql = this.#prepared.get(name);
    return sql === undefined
      ? undefined
      : { sql, values: frame.body.toString('latin1', portal.length + name.length + 2) };
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
