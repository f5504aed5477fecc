import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import path from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { type Checking, until } from './checking.ts';

/** Plays the four services: answers who was asked and how, and streams until it is told to go on. */
const UPSTREAM = `
const http = require('node:http');
let goOn = () => {};
for (const [index, name] of ['auth', 'payments', 'accounting', 'analytics'].entries()) {
  http.createServer(async (request, response) => {
    if (request.url.endsWith('/GoOn')) { goOn(); return response.end(); }
    if (request.url.endsWith('/Stream')) {
      response.write('first\\n');
      await new Promise((resolve) => { goOn = resolve; });
      return response.end('last\\n');
    }
    const body = Buffer.concat(await request.toArray()).toString();
    response.setHeader('content-security-policy', "default-src 'none'");
    response.end(JSON.stringify({ name, url: request.url, headers: request.headers, body }));
  }).listen(9001 + index, '127.0.0.1');
}
`;
const UPSTREAM_IMAGE = 'node:24-bookworm-slim';
const NO_SERVICE = 'http://127.0.0.1:9';
const { always: securityHeaders } = JSON.parse(
  readFileSync(path.resolve(import.meta.dirname, '../../../web/server/headers.json'), 'utf8'),
) as { always: Readonly<Record<string, string>> };

/** The page and its files, the proxy, and the stop. */
export async function checkWeb({ containers, reference, expect }: Checking): Promise<void> {
  const upstream = await containers.start({
    reference: UPSTREAM_IMAGE,
    published: true,
    entrypoint: 'node',
    args: ['--eval', UPSTREAM],
  });
  const env = Object.fromEntries(
    ['AUTH', 'PAYMENTS', 'ACCOUNTING', 'ANALYTICS'].map((name, index) => [
      `${name}_URL`,
      `http://127.0.0.1:${9001 + index}`,
    ]),
  );
  const { id } = await containers.start({ reference, env, network: upstream.id });
  const ask = (path: string, options: AskOptions = {}) => askFor(upstream.address, path, options);
  await until(async () => (await ask('/healthz').catch(() => undefined))?.status === 200, 'the web server to answer');

  expect('runs as 65532', await containers.users(id), ['65532']);
  await checkPages(ask, expect);
  await checkProxy(ask, expect, containers, id);

  const { code, ms } = await containers.stop(id);
  expect('stops when it is told to', code === 0 && ms < 5_000, true);

  const partly = await containers.start({ reference, env: { ...env, AUTH_URL: NO_SERVICE }, network: upstream.id });
  await until(async () => (await ask('/healthz').catch(() => undefined))?.status === 200, 'the web server to answer');
  const away = await ask('/finflow.auth.v1.AuthService/Login', { method: 'POST', body: '{}' });
  expect(
    'says in Connect’s words that a service is away',
    [away.status, JSON.parse(away.text).code],
    [503, 'unavailable'],
  );
  expect('sends the security headers in its place', securityHeadersOf(away), securityHeaders);
  await containers.stop(partly.id);

  const mistaken = await containers.run({ reference, env: { AUTH_URL: 'auth:8080;' } });
  expect(
    'says which addresses are missing or wrong',
    `${mistaken.code} ${mistaken.output}`,
    /^1 AUTH_URL: must be.*PAYMENTS_URL: is required/s,
  );
}

type Ask = (path: string, options?: AskOptions) => Promise<Answer>;

async function checkPages(ask: Ask, expect: Checking['expect']): Promise<void> {
  const page = await ask('/payments/0190-a-page-of-the-app');
  expect(
    'answers every path with the page',
    [page.status, page.headers['content-type']],
    [200, 'text/html; charset=utf-8'],
  );
  expect('lets nobody keep the page', page.headers['cache-control'], 'no-store');
  expect('sends the security headers', securityHeadersOf(page), securityHeaders);
  const [, nonce = ''] = /'nonce-([0-9a-f]{32})'/.exec(String(page.headers['content-security-policy'])) ?? [];
  expect('puts the policy’s nonce into the page', nonce !== '' && page.text.includes(`nonce="${nonce}"`), true);
  expect('leaves no place of a nonce empty', page.text.includes('CSP_NONCE'), false);
  const other = await ask('/');
  expect('makes a nonce for each answer', other.text.includes(nonce), false);

  const [, script = ''] = /src="([^"]+\.js)"/.exec(page.text) ?? [];
  const plain = await ask(`/${script}`);
  expect('serves a script', [plain.status, plain.headers['content-type']], [200, 'text/javascript; charset=utf-8']);
  expect('has it kept for ever', plain.headers['cache-control'], 'public, max-age=31536000, immutable');
  for (const [name, decompress] of [
    ['br', brotliDecompressSync],
    ['gzip', gunzipSync],
  ] as const) {
    const small = await ask(`/${script}`, { headers: { 'accept-encoding': name } });
    expect(`sends it by ${name}`, [small.headers['content-encoding'], small.headers.vary], [name, 'Accept-Encoding']);
    expect(
      `by ${name}, it is the same and smaller`,
      [decompress(small.body).equals(plain.body), small.body.length < plain.body.length / 2],
      [true, true],
    );
  }
  const icon = await ask('/favicon.svg');
  expect('has what bears no hash asked for again', [icon.status, icon.headers['cache-control']], [200, 'no-cache']);
  const gone = await ask('/main-AAAAAAAA.js');
  expect(
    'answers no page for a file that is gone',
    [gone.status, gone.headers['content-type']],
    [404, 'text/plain; charset=utf-8'],
  );
  expect('keeps nobody a missing file', gone.headers['cache-control'], 'no-store');
  const posted = await ask('/', { method: 'POST', body: '{}' });
  expect('takes no calls where pages are', [posted.status, posted.headers.allow], [405, 'GET, HEAD']);
  const dots = await ask('/..%2f..%2fetc/passwd');
  expect('shows no file of the system', dots.text.includes('nonroot'), false);
}

async function checkProxy(
  ask: Ask,
  expect: Checking['expect'],
  containers: Checking['containers'],
  id: string,
): Promise<void> {
  for (const [asked, wanted] of [
    ['/finflow.auth.v1.AuthService/Login', 'auth'],
    ['/finflow.payments.v1.PaymentService/CreatePayment', 'payments'],
    ['/finflow.accounting.v1.LedgerService/GetTrialBalance', 'accounting'],
    ['/finflow.analytics.v1.DashboardService/GetDashboard', 'analytics'],
    ['/webhooks/stripe', 'payments'],
    ['/.well-known/jwks.json', 'auth'],
  ] as const) {
    const { name, url } = JSON.parse((await ask(asked, { method: 'POST', body: '{}' })).text);
    expect(`hands ${asked} to ${wanted}`, [name, url], [wanted, asked]);
  }
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
  const answer = await ask('/finflow.auth.v1.AuthService/Login?secret=canary', {
    method: 'POST',
    body: '{"a":1}',
    headers: {
      host: 'books.example:8443',
      'x-forwarded-for': '203.0.113.9',
      'x-forwarded-proto': 'https',
      traceparent,
    },
  });
  const { headers, body } = JSON.parse(answer.text);
  expect('hands on the body', body, '{"a":1}');
  expect(
    'hands on host, scheme and trace',
    [headers.host, headers['x-forwarded-proto'], headers.traceparent],
    ['books.example:8443', 'https', traceparent],
  );
  expect('adds the address it was asked from', headers['x-forwarded-for'], /^203\.0\.113\.9, \S+$/);
  expect('leaves a service’s headers alone', answer.headers['content-security-policy'], "default-src 'none'");
  const unknown = await ask('/finflow.nope.v1.X/Y', { method: 'POST', body: '{}' });
  expect('knows no other service', [unknown.status, JSON.parse(unknown.text).code], [404, 'unimplemented']);
  const large = await ask('/finflow.auth.v1.AuthService/Login', { method: 'POST', body: 'x'.repeat(3_000_000) });
  expect('refuses what is far too large', [large.status, JSON.parse(large.text).code], [413, 'resource_exhausted']);

  // The second half is sent only when the first has arrived: a proxy that buffers would wait for ever.
  const stream = await ask('/finflow.accounting.v1.LedgerService/Stream', {
    method: 'POST',
    body: '{}',
    onFirst: () => void ask('/finflow.accounting.v1.LedgerService/GoOn', { method: 'POST', body: '{}' }),
  });
  expect('lets a stream through as it comes', stream.text, 'first\nlast\n');

  const lines = (await containers.logs(id))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const login = lines.find((line) => line.trace_id === '4bf92f3577b34da6a3ce929d0e0e4736');
  expect(
    'logs a request with its trace',
    [login?.service, login?.path, login?.status],
    ['web', '/finflow.auth.v1.AuthService/Login', 200],
  );
  expect('logs no query', JSON.stringify(lines).includes('canary'), false);
}

interface AskOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Called when the first bytes are here. */
  readonly onFirst?: () => void;
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
  readonly text: string;
}

function securityHeadersOf({ headers }: Answer): Record<string, unknown> {
  return Object.fromEntries(Object.keys(securityHeaders).map((name) => [name, headers[name]]));
}

/** Not by fetch, which decompresses and forbids a host. */
function askFor(
  address: string,
  path: string,
  { method = 'GET', headers = {}, body, onFirst }: AskOptions,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(`http://${address}${path}`, { method, headers, agent: false, timeout: 10_000 }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => {
        if (chunks.length === 0) onFirst?.();
        chunks.push(chunk);
      });
      answer.once('error', reject);
      answer.once('end', () => {
        const whole = Buffer.concat(chunks);
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: whole, text: whole.toString('utf8') });
      });
    });
    asked.once('timeout', () => asked.destroy(new Error(`No answer to ${method} ${path} within 10 s.`)));
    asked.once('error', reject);
    asked.end(body);
  });
}
