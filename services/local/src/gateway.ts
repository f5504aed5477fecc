import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { StartError } from './options.ts';
import { webApp } from './web-app.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

export interface GatewayOptions {
  readonly host: string;
  readonly port: number;
  /** Who answers an API path; undefined for the web app's own paths. */
  readonly handlerOf: (path: string) => Handler | undefined;
  /** Folder of the built web app. */
  readonly webRoot: string;
}

/** The one web port: hands API paths to the services and serves the web app on every other path. */
export class Gateway {
  readonly #options: GatewayOptions;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;

  constructor(options: GatewayOptions) {
    this.#options = options;
  }

  /** Listens; resolves to the port (the given one, or a free one for 0). A taken port is a {@link StartError}. */
  async start(): Promise<number> {
    const web = webApp(this.#options.webRoot);
    const server = createServer((request, response) => {
      const path = (request.url ?? '/').split('?')[0] ?? '/';
      (this.#options.handlerOf(path) ?? web)(request, response);
    });
    server.requestTimeout = 60_000;
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    this.#server = server;
    await listen(server, this.#options.port, this.#options.host);
    return (server.address() as AddressInfo).port;
  }

  /** Stops accepting, lets answers under way finish for a moment, then closes what is left. */
  async stop(): Promise<void> {
    const server = this.#server;
    if (!server) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeIdleConnections();
    const impatient = setTimeout(() => {
      for (const socket of this.#sockets) socket.destroy();
    }, 5_000);
    await closed;
    clearTimeout(impatient);
  }
}

/**
 * Whether a port can be had, said before anything is made: a first start shouldn't fail after a minute's work.
 *
 * @param whose what the port is for, to be said when it is in use
 */
export async function assertPortFree(port: number, host: string, whose = ''): Promise<void> {
  const probe = createServer();
  await listen(probe, port, host, whose);
  await new Promise<void>((resolve) => probe.close(() => resolve()));
}

function listen(server: Server, port: number, host: string, whose = ''): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') {
        const advice = 'stop the program that listens there, or choose another with --port.';
        reject(new StartError(`Port ${port} is in use: ${whose}${advice}`));
      } else if (error.code === 'EACCES') {
        reject(new StartError(`Port ${port} needs more rights than this user has: choose one above 1023 with --port.`));
      } else if (error.code === 'EADDRNOTAVAIL') {
        reject(new StartError(`This machine has no address ${host}: choose another with --host.`));
      } else if (error.code === 'ENOTFOUND' || error.code === 'EAI_AGAIN') {
        reject(new StartError(`No address is known for ${host}: give --host an address of this machine.`));
      } else reject(error);
    });
    server.listen(port, host, () => resolve());
  });
}
