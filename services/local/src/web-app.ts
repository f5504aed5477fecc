import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, posix } from 'node:path';
import { type HttpRouteReply, jsonReply, notServedReply, sendReply } from '@finflow/chassis/rpc/http-routes';
import send from 'send';

const PAGE = 'index.html';

/** What every server of the web app sends with it. */
const headers = JSON.parse(readFileSync(new URL('../../../web/server/headers.json', import.meta.url), 'utf8')) as {
  readonly always: Readonly<Record<string, string>>;
  readonly contentSecurityPolicy: readonly string[];
};
const contentSecurityPolicy = headers.contentSecurityPolicy.join('; ');

/** What the build compressed beforehand, best first. */
const encodings = [
  { name: 'br', suffix: '.br' },
  { name: 'gzip', suffix: '.gz' },
] as const;

/**
 * Serves the built app: hashed files for a year, every unknown path the app's page with a nonce of its own. The folder
 * is looked at again for each request, because a build may replace it at any moment.
 */
export function webApp(webRoot: string): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    for (const [name, value] of Object.entries(headers.always)) response.setHeader(name, value);
    const path = pathOf(request);
    if (path === '/healthz') return answerJson(response, jsonReply(200, { status: 'ok' }));
    if (path.startsWith('/finflow.')) return answerJson(response, unknownService);
    if (NEVER_PAGES.test(path)) return answerJson(response, noPage);
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD');
      const sentence = 'Only pages and files are here; API calls go to /finflow.<package>.v1.<Service>/<Method>.';
      return answerText(response, 405, sentence);
    }
    // The page itself is never a plain file: it needs a nonce. What has an extension is a file or nothing: a script
    // that is not there any more must fail as a script, not arrive as a page.
    const isFile = path.includes('/.') || (extname(path) !== '' && posix.basename(path) !== PAGE);
    if (isFile) sendFile(webRoot, path, request, response);
    else void servePage(webRoot, request, response);
  };
}

/** Decoded and without dots; what cannot be decoded is no path of ours. */
function pathOf(request: IncomingMessage): string {
  try {
    return posix.normalize(decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname));
  } catch {
    return '/';
  }
}

function sendFile(webRoot: string, path: string, request: IncomingMessage, response: ServerResponse): void {
  const accepted = String(request.headers['accept-encoding'] ?? '');
  const encoding = encodings.find(
    ({ name, suffix }) => accepted.includes(name) && existsSync(join(webRoot, `${path}${suffix}`)),
  );
  const hashed = /-[\w-]{8}\.\w+$/.test(path);
  send(request, encodeURI(`${path}${encoding?.suffix ?? ''}`), {
    root: webRoot,
    index: false,
    cacheControl: false,
    acceptRanges: false,
  })
    .on('error', ({ status }: { status?: number }) => {
      if (status === 404 || status === 403 || status === 400) answerText(response, 404, 'There is no such file.');
      else answerText(response, 503, 'The file cannot be read now; try again in a moment.');
    })
    .on('directory', () => answerText(response, 404, 'There is no such file.'))
    .on('headers', () => {
      response.setHeader('cache-control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache');
      response.setHeader('vary', 'accept-encoding');
      if (!encoding) return;
      response.setHeader('content-encoding', encoding.name);
      response.setHeader('content-type', contentTypes.get(extname(path)) ?? 'application/octet-stream');
    })
    .pipe(response);
}

/** Of the kinds of file that the build compresses. */
const contentTypes = new Map([
  ['.js', 'text/javascript; charset=utf-8'],
  ['.css', 'text/css; charset=utf-8'],
  ['.svg', 'image/svg+xml'],
  ['.json', 'application/json'],
  ['.txt', 'text/plain; charset=utf-8'],
  ['.map', 'application/json'],
]);

async function servePage(webRoot: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const page = await readFile(join(webRoot, PAGE), 'utf8').catch(() => undefined);
  if (page === undefined) return answerText(response, 503, 'The web app is being built; try again in a moment.');
  const nonce = randomBytes(16).toString('base64');
  response.setHeader('content-security-policy', contentSecurityPolicy.replaceAll('CSP_NONCE', nonce));
  response.setHeader('cache-control', 'no-store');
  response.setHeader('content-type', 'text/html; charset=utf-8');
  response.end(request.method === 'HEAD' ? undefined : page.replaceAll('CSP_NONCE', nonce));
}

/** What programs ask for: a page of the app, with 200, would look to them as if it were there. */
const NEVER_PAGES = /^\/(readyz|livez|metrics|api)(\/|$)/;

const noPage = notServedReply(
  'Nothing is served here: /healthz says that the platform runs, API calls go to /finflow.<package>.v1.<Service>/<Method>.',
);
const unknownService = notServedReply(
  'No service of this name is here; paths are /finflow.<package>.v1.<Service>/<Method>.',
);

function answerJson(response: ServerResponse, reply: HttpRouteReply): void {
  response.setHeader('cache-control', 'no-store');
  sendReply(response, reply);
}

/** Cuts an answer short that is under way already. */
function answerText(response: ServerResponse, status: number, sentence: string): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' });
  response.end(`${sentence}\n`);
}
