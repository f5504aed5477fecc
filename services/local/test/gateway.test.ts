import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Gateway } from '../src/gateway.ts';

let webRoot: string;
let gateway: Gateway;
let url: string;

beforeEach(async () => {
  webRoot = await mkdtemp(join(tmpdir(), 'finflow-web-'));
  await build('first');
  gateway = new Gateway({ host: '127.0.0.1', port: 0, webRoot, handlerOf: () => undefined });
  url = `http://127.0.0.1:${await gateway.start()}`;
});

afterEach(async () => {
  await gateway?.stop();
  await rm(webRoot, { recursive: true, force: true });
});

async function build(name: string): Promise<void> {
  await rm(webRoot, { recursive: true, force: true });
  await mkdir(webRoot);
  await writeFile(join(webRoot, `main-${name}.js`), name);
  await writeFile(join(webRoot, 'index.html'), `<script nonce="CSP_NONCE" src="main-${name}.js"></script>`);
}

const get = async (path: string) => {
  const response = await fetch(url + path);
  return {
    status: response.status,
    body: await response.text(),
    policy: response.headers.get('content-security-policy'),
  };
};

test('every path of the app is its page, with a nonce of its own each time', async () => {
  const [one, other] = [await get('/invoices/new'), await get('/')];
  expect(one).toMatchObject({ status: 200, body: expect.stringContaining('main-first.js') });
  const nonce = /nonce="([^"]+)"/.exec(one.body)?.[1];
  expect(one.policy).toContain(`'nonce-${nonce}'`);
  expect(other.body).not.toContain(String(nonce));
});

test('a missing file is no page', async () => {
  expect(await get('/main-none.js')).toMatchObject({ status: 404, body: 'There is no such file.\n' });
});

test.each(['/readyz', '/metrics', '/api', '/api/foo', '/finflow.nothing.v1.NoService/Get'])(
  'a program that asks for %s is told that it is not here',
  async (path) => {
    const { status, body } = await get(path);
    expect(status).toBe(404);
    const { code, details } = JSON.parse(body);
    expect([code, details[0].type]).toEqual(['unimplemented', 'finflow.common.v1.ErrorDetail']);
  },
);

test.each(['/.env', '/.git/config'])('%s is no page', async (path) => {
  expect(await get(path)).toMatchObject({ status: 404, body: 'There is no such file.\n' });
});

test('the page has its policy by whatever name it is asked for', async () => {
  for (const path of ['/index', '/index.html', '/%69ndex.html', '/index.html/', '/x/../index.html', '/%zz']) {
    expect(await get(path)).toMatchObject({ status: 200, policy: expect.stringContaining('nonce-') });
  }
});

test('a file is compressed for those who can read it, and is kept for a year when its name says its version', async () => {
  await writeFile(join(webRoot, 'chunk-ABCD1234.js.br'), 'brotli');
  await writeFile(join(webRoot, 'chunk-ABCD1234.js'), 'plain');
  const asked = (encoding: string) => fetch(`${url}/chunk-ABCD1234.js`, { headers: { 'accept-encoding': encoding } });
  expect(await (await asked('identity')).text()).toBe('plain');
  const { headers } = await fetch(`${url}/chunk-ABCD1234.js`, { method: 'HEAD', headers: { 'accept-encoding': 'br' } });
  expect(Object.fromEntries(headers)).toMatchObject({
    'content-encoding': 'br',
    'content-type': 'text/javascript; charset=utf-8',
    'cache-control': 'public, max-age=31536000, immutable',
    vary: 'accept-encoding',
  });
});

test('an impossible range is no fault of the platform', async () => {
  for (const range of ['bytes=10-5', 'bytes=99-', 'bytes=-0', 'pages=1']) {
    const response = await fetch(`${url}/main-first.js`, { headers: { range } });
    expect([response.status, await response.text()]).toEqual([200, 'first']);
  }
});

test('nothing outside the folder is a file', async () => {
  for (const path of ['/..%2f..%2fetc%2fpasswd', '/%2e%2e/%2e%2e/etc/passwd']) {
    expect((await get(path)).body).not.toContain('root:');
  }
});

test('a build under the running platform is served from then on, and asked for meanwhile says so', async () => {
  expect(await get('/main-first.js')).toMatchObject({ status: 200, body: 'first' });
  await rm(webRoot, { recursive: true });
  expect(await get('/main-first.js')).toMatchObject({ status: 404 });
  expect(await get('/')).toMatchObject({ status: 503, body: expect.stringContaining('being built') });
  await build('second');
  expect((await get('/')).body).toContain('main-second.js');
  expect(await get('/main-second.js')).toMatchObject({ status: 200, body: 'second' });
});
