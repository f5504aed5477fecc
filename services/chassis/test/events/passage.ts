import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A way to a server that a test can cut and mend; at the same address each time. */
export class Passage {
  readonly #target: URL;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #port = 0;

  constructor(target: string) {
    this.#target = new URL(target);
  }

  /** The target's URL by way of this. */
  get url(): string {
    const url = new URL(this.#target);
    url.port = String(this.#port);
    return url.href.replace(/\/$/, '');
  }

  /** `host:port` of this. */
  get address(): string {
    return `127.0.0.1:${this.#port}`;
  }

  async open(): Promise<void> {
    this.#server = createServer((socket) => {
      const onwards = connect(Number(this.#target.port), this.#target.hostname);
      for (const [one, other] of [
        [socket, onwards],
        [onwards, socket],
      ] as const) {
        this.#sockets.add(one);
        one.on('error', () => other.destroy());
        one.on('close', () => this.#sockets.delete(one));
        one.pipe(other);
      }
    });
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** Nobody gets through, and who is through is cut off. */
  close(): void {
    this.#server?.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}
