import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { extname, join } from 'node:path';
import sirv from 'sirv';
import { StartError } from './options.ts';

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

/** Serves the built app: hashed files for a year, every unknown path the app's page with a nonce of its own. */
function webApp(webRoot: string): Handler {
  const files = sirv(webRoot, {
    // Looks at the folder at each request. Its list made once names files that a build meanwhile has removed, and
    // opening such a one ends the process.
    dev: true,
    etag: true,
    brotli: true,
    gzip: true,
    setHeaders(response, path) {
      securityHeaders(response);
      const hashed = /-[\w-]{8}\.\w+$/.test(path);
      response.setHeader('cache-control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
  const servePage = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD');
      const sentence = 'Only pages and files are here; API calls go to /finflow.<package>.v1.<Service>/<Method>.';
      return answerText(response, 405, sentence);
    }
    const page = await readFile(join(webRoot, 'index.html'), 'utf8').catch(() => undefined);
    if (page === undefined) return answerText(response, 503, 'The web app is being built; try again in a moment.');
    const nonce = randomBytes(16).toString('base64');
    securityHeaders(response);
    response.setHeader('content-security-policy', contentSecurityPolicy(nonce));
    response.setHeader('cache-control', 'no-store');
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(request.method === 'HEAD' ? undefined : page.replaceAll('CSP_NONCE', nonce));
  };
  return (request, response) => {
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    if (path === '/healthz') answerJson(response, 200, { status: 'ok' });
    else if (path.startsWith('/finflow.')) answerJson(response, 404, unknownService);
    else if (path === '/' || path === '/index.html') void servePage(request, response);
    // A script that is not there any more must fail as a script, not arrive as a page.
    else {
      files(request, response, () => {
        if (extname(path)) answerText(response, 404, 'There is no such file.');
        else void servePage(request, response);
      });
    }
  };
}

/** In the form every RPC's error has. */
const unknownService = {
  code: 'unimplemented',
  message: 'No service of this name is here; paths are /finflow.<package>.v1.<Service>/<Method>.',
};

function answerJson(response: ServerResponse, status: number, body: object): void {
  securityHeaders(response);
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}

function answerText(response: ServerResponse, status: number, sentence: string): void {
  securityHeaders(response);
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' });
  response.end(`${sentence}\n`);
}

function contentSecurityPolicy(nonce: string): string {
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}'`,
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data: blob:",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}

function securityHeaders(response: ServerResponse): void {
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('referrer-policy', 'same-origin');
  response.setHeader('x-frame-options', 'DENY');
  response.setHeader('cross-origin-opener-policy', 'same-origin');
  response.setHeader('permissions-policy', 'camera=(), microphone=(), geolocation=()');
}
