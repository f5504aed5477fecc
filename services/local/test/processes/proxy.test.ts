import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { proxyTo } from '../../src/processes/proxy.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

let service: Server;
let front: Server;
let url: string;
/** What the service does with the next request. */
let answer: Handler;

beforeEach(async () => {
  service = await listening((incoming, response) => answer(incoming, response));
  front = await listening(proxyTo({ name: 'payments', host: '127.0.0.1', port: portOf(service) }));
  url = `http://127.0.0.1:${portOf(front)}`;
});
afterEach(() => {
  for (const server of [front, service]) {
    server.close();
    server.closeAllConnections();
  }
});

async function listening(handler: Handler): Promise<Server> {
  const server = createServer(handler).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

const portOf = (server: Server) => (server.address() as AddressInfo).port;

/** A request whose body is sent piece by piece, with its answer once there is one. */
function open(path: string, headers: Record<string, string> = {}) {
  const sent = request(`${url}${path}`, { method: 'POST', headers });
  sent.on('error', () => undefined);
  const answered = once(sent, 'response') as Promise<[IncomingMessage]>;
  answered.catch(() => undefined);
  return { sent, answered };
}

test('a request and its answer pass as they are: path, method, body, status, and headers that come more than once', async () => {
  answer = (incoming, response) => {
    incoming.setEncoding('utf8').once('data', (body) => {
      response.writeHead(418, ['set-cookie', 'a=1', 'set-cookie', 'b=2', 'content-type', 'text/plain']);
      response.end(`${incoming.method} ${incoming.url} ${incoming.headers['x-own']} ${body}`);
    });
  };
  const response = await fetch(`${url}/path?with=query`, { method: 'PUT', body: 'body', headers: { 'x-own': 'mine' } });
  expect([response.status, await response.text()]).toEqual([418, 'PUT /path?with=query mine body']);
  expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
});

test('the sender’s address stands behind what earlier proxies said, and what concerns the connection alone stays', async () => {
  answer = (incoming, response) => response.end(JSON.stringify(incoming.headers));
  const headers = async (own: Record<string, string>) => (await fetch(url, { headers: own })).json();
  expect(await headers({})).toMatchObject({ 'x-forwarded-for': '127.0.0.1' });
  const forwarded = await headers({ 'x-forwarded-for': '203.0.113.7', te: 'trailers' });
  expect(forwarded).toMatchObject({ 'x-forwarded-for': '203.0.113.7, 127.0.0.1' });
  expect(forwarded).not.toHaveProperty('te');
});

test('body and answer stream both ways at the same time', async () => {
  answer = (incoming, response) => incoming.pipe(response);
  const { sent, answered } = open('/echo');
  sent.write('one');
  const [response] = await answered;
  const pieces = response.setEncoding('utf8').iterator();
  expect((await pieces.next()).value).toBe('one');
  sent.end('two');
  expect([(await pieces.next()).value, (await pieces.next()).done]).toEqual(['two', true]);
});

test('who goes away is gone for the service too', async () => {
  const left = Promise.withResolvers<void>();
  answer = (_, response) => {
    response.once('close', () => left.resolve());
    response.write('the first of many');
  };
  const { sent, answered } = open('/stream');
  sent.end();
  await answered;
  sent.destroy();
  await left.promise;
});

test('a service that ends in the middle of an answer leaves one that is cut short, not one that looks whole', async () => {
  answer = (_, response) => {
    response.writeHead(200).write('half', () => response.destroy());
  };
  const response = await fetch(url);
  await expect(response.text()).rejects.toThrow();
});

test('a service that is away is named, in the form of every error', async () => {
  service.close();
  service.closeAllConnections();
  const response = await fetch(`${url}/finflow.payments.v1.PaymentService/GetPayment`, { method: 'POST', body: '{}' });
  expect(response.status).toBe(503);
  expect(await response.json()).toMatchObject({
    code: 'unavailable',
    message: expect.stringMatching(/^payments is being started again/),
    details: [expect.objectContaining({ debug: { reason: 'SERVICE_RESTARTING' } })],
  });
});

test('a service that dies over a request is away too, and a large body does not keep its sender from reading so', async () => {
  answer = (incoming) => incoming.socket.destroy();
  const response = await fetch(url, { method: 'POST', body: 'x'.repeat(3_000_000) });
  expect([response.status, (await response.json()) as object]).toEqual([
    503,
    expect.objectContaining({ code: 'unavailable' }),
  ]);
});

test('an answer given before the body was read arrives', async () => {
  answer = (incoming, response) => {
    response.writeHead(413).end('too large');
    incoming.resume();
  };
  const response = await fetch(url, { method: 'POST', body: 'x'.repeat(3_000_000) });
  expect([response.status, await response.text()]).toEqual([413, 'too large']);
});
