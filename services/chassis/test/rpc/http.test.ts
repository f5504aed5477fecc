import { connect } from 'node:net';
import { ReadableStream } from 'node:stream/web';
import { Code, createClient } from '@connectrpc/connect';
import { createConnectTransport, createGrpcWebTransport } from '@connectrpc/connect-node';
import { LedgerService } from '@finflow/proto/finflow/accounting/v1/ledger_pb';
import { CategorizationService } from '@finflow/proto/finflow/analytics/v1/categorization_pb';
import { AuthService } from '@finflow/proto/finflow/auth/v1/auth_pb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { failedPrecondition, unavailable } from '../../src/errors.ts';
import { callerOf } from '../../src/identity.ts';
import { remoteAddressOf } from '../../src/rpc/context.ts';
import { jsonReply } from '../../src/rpc/server.ts';
import { partly, type RunningServer, reasonIn, startServer } from './running-server.ts';

const auth = 'finflow.auth.v1.AuthService';
let server: RunningServer;
let ready = true;

beforeAll(async () => {
  server = await startServer(
    [
      partly(AuthService, {
        getMe: (_request, context) => ({ id: callerOf(context).userId, email: remoteAddressOf(context) }),
        login: (_request, context) => {
          context.responseHeader.append('set-cookie', '__Host-a=1; Path=/; Secure; HttpOnly');
          context.responseHeader.append('set-cookie', 'b=2; Expires=Wed, 21 Oct 2026 07:28:00 GMT');
          return { accessToken: context.requestHeader.get('cookie') ?? 'no cookie' };
        },
        logout: () => {
          throw new Error('relation "refresh_tokens" does not exist at 10.1.2.3');
        },
        refresh: () => {
          throw failedPrecondition('FAMILY_REVOKED', 'log in again', 'refresh_token');
        },
      }),
      partly(LedgerService, {}),
      partly(CategorizationService, {
        async *importTransactions() {
          yield { event: { case: 'progress', value: { rowsDone: 1 } } };
          yield { event: { case: 'progress', value: { rowsDone: 2 } } };
        },
      }),
    ],
    {
      trustedProxyHops: 1,
      ready: async () => {
        if (!ready) throw new Error('no database');
      },
      httpRoutes: [
        {
          method: 'POST',
          path: '/webhooks/test',
          maxBodyBytes: 100,
          handle: async ({ rawBody, headers, query, remoteAddress }) =>
            jsonReply(202, {
              bytes: [...rawBody],
              signature: headers['x-signature'],
              query: query.get('a'),
              remoteAddress,
            }),
        },
        {
          method: 'GET',
          path: '/broken',
          handle: () => Promise.reject(new Error('secret insides')),
        },
        {
          method: 'GET',
          path: '/refusing',
          handle: () => Promise.reject(unavailable('DATABASE_UNAVAILABLE', 'not now')),
        },
      ],
    },
  );
});
afterAll(() => server.stop());

describe('a call in JSON', () => {
  test('is answered', async () => {
    const token = await server.tokens.mint({ userId: 'u1' });
    const reply = await server.post(`${auth}/GetMe`, {}, { authorization: `Bearer ${token}` });
    expect(reply.status).toBe(200);
    expect(reply.body.id).toBe('u1');
  });

  test('carries cookies both ways', async () => {
    const reply = await server.post(`${auth}/Login`, { email: 'a@b.co', password: 'x' }, { cookie: 'c=3' });
    expect(reply.body.accessToken).toBe('c=3');
    expect(reply.headers.getSetCookie()).toEqual([
      '__Host-a=1; Path=/; Secure; HttpOnly',
      'b=2; Expires=Wed, 21 Oct 2026 07:28:00 GMT',
    ]);
  });

  test('knows the address before our own proxy, and not what that one claims', async () => {
    const authorization = `Bearer ${await server.tokens.mint()}`;
    const direct = await server.post(`${auth}/GetMe`, {}, { authorization });
    expect(direct.body.email).toBe('127.0.0.1');
    const proxied = await server.post(
      `${auth}/GetMe`,
      {},
      { authorization, 'x-forwarded-for': '6.6.6.6, 203.0.113.9' },
    );
    expect(proxied.body.email).toBe('203.0.113.9');
  });

  test('leaves one log line with who, what and how it ended, and nothing of the request', async () => {
    server.lines.length = 0;
    const token = await server.tokens.mint({ userId: 'u1', organizationId: 'o1' });
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    await server.post(`${auth}/GetMe`, {}, { authorization: `Bearer ${token}`, traceparent });
    expect(server.lines).toHaveLength(1);
    expect(server.lines[0]).toMatchObject({
      rpc: `${auth}/GetMe`,
      code: 'ok',
      user_id: 'u1',
      organization_id: 'o1',
      correlation_id: '0af7651916cd43dd8448eb211c80319c',
    });
    expect(JSON.stringify(server.lines)).not.toContain(token);
  });
});

describe('other protocols on the same port', () => {
  test.each([
    ['Connect, binary', createConnectTransport, { useBinaryFormat: true }],
    ['gRPC-Web', createGrpcWebTransport, {}],
  ])('%s: unary, streaming and errors with their detail', async (_name, createTransport, options) => {
    const token = await server.tokens.mint({ userId: 'u2' });
    const headers = { authorization: `Bearer ${token}` };
    const transport = createTransport({ baseUrl: server.url, httpVersion: '1.1', ...options });
    expect((await createClient(AuthService, transport).getMe({}, { headers })).id).toBe('u2');
    const rows: number[] = [];
    const stream = createClient(CategorizationService, transport).importTransactions(
      { csv: new TextEncoder().encode('date,description,amount\n'), requestId: 'r' },
      { headers },
    );
    for await (const { event } of stream) if (event.case === 'progress') rows.push(event.value.rowsDone);
    expect(rows).toEqual([1, 2]);
    await expect(createClient(AuthService, transport).refresh({})).rejects.toMatchObject({
      rawMessage: 'log in again',
    });
  });
});

describe('errors', () => {
  test('a domain error keeps its code, reason and field', async () => {
    const reply = await server.post(`${auth}/Refresh`, {});
    expect(reply.status).toBe(400);
    expect(reply.body).toMatchObject({ code: 'failed_precondition', message: 'log in again' });
    expect(reply.body.details?.[0]?.debug).toEqual({
      reason: 'FAMILY_REVOKED',
      fields: [{ field: 'refresh_token', description: 'log in again' }],
    });
  });

  test('an unknown error tells an id to quote, and the log has its stack under that id', async () => {
    server.lines.length = 0;
    const reply = await server.post(`${auth}/Logout`, {});
    expect(reply.status).toBe(500);
    expect(reasonIn(reply)).toBe('INTERNAL');
    expect(JSON.stringify(reply.body)).not.toMatch(/relation "|refresh_tokens|10\.1\.2\.3|\.ts/);
    const line = server.lines.find((each) => each.message === 'unexpected error');
    expect(reply.body.message).toContain(String(line?.correlation_id));
    expect(line?.err).toMatchObject({ stack: expect.stringContaining('http.test') });
  });

  test('broken rules: one violation each, by its path in the contract', async () => {
    const reply = await server.post(`${auth}/Register`, { email: 'no', password: 'short', currency_code: 'usd' });
    expect(reply.status).toBe(400);
    expect(reasonIn(reply)).toBe('VALIDATION_FAILED');
    expect(reply.body.details?.[0]?.debug.fields?.map((each) => each.field)).toEqual([
      'email',
      'password',
      'currency_code',
    ]);
    expect(reply.body.message).toMatch(/^email: .*; password: .*; currency_code: /);
  });

  test.each([
    ['a value that an enum does not have', { side: 7, account: '1000' }],
    ['an enum left out', { account: '1000' }],
  ])('%s: the choices are named', async (_what, line) => {
    const token = await server.tokens.mint({ userId: 'u1', organizationId: 'o1', role: 'OWNER' });
    const amount = { amountMinor: '1' };
    const good = { account: '1000', side: 'JOURNAL_SIDE_DEBIT', amount };
    const call = 'finflow.accounting.v1.LedgerService/PostJournalEntry';
    const reply = await server.post(call, { lines: [good, { amount, ...line }] }, { authorization: `Bearer ${token}` });
    expect(reply.body.message).toBe('lines[1].side: must be one of JOURNAL_SIDE_DEBIT, JOURNAL_SIDE_CREDIT');
  });

  test('an id left out is required', async () => {
    const token = await server.tokens.mint({ userId: 'u1', organizationId: 'o1', role: 'OWNER' });
    const call = 'finflow.accounting.v1.LedgerService/GetJournalEntry';
    const reply = await server.post(call, {}, { authorization: `Bearer ${token}` });
    expect(reply.body.message).toBe('id: is required');
  });

  test('a method nobody implemented is UNIMPLEMENTED', async () => {
    const reply = await server.post(`${auth}/Register`, { email: 'a@b.co', password: 'long enough' });
    expect([reply.status, reply.body.code, reasonIn(reply)]).toEqual([501, 'unimplemented', 'UNIMPLEMENTED']);
  });
});

describe('what is not a call of the contract', () => {
  test.each([
    ['an unknown field', { email: 'a@b.co', passwort: 'x' }, 400, 'MALFORMED_REQUEST', 'passwort: is not a field'],
    ['a wrong type', { email: 5 }, 400, 'MALFORMED_REQUEST', 'email: must be text'],
    ['not JSON', 'hello', 400, 'MALFORMED_REQUEST', 'not valid JSON'],
    ['an empty body', '', 400, 'MALFORMED_REQUEST', 'The body is not a message'],
    ['a list', '[]', 400, 'MALFORMED_REQUEST', 'The body must be a JSON object.'],
    ['null', 'null', 400, 'MALFORMED_REQUEST', 'The body must be a JSON object.'],
    [
      'bytes that are no UTF-8',
      Buffer.from('{"email":"a\xff\xfe"}', 'latin1'),
      400,
      'MALFORMED_REQUEST',
      'it is not UTF-8',
    ],
    ['10 MB', 'x'.repeat(10_000_000), 413, 'REQUEST_TOO_LARGE', 'larger than 1048576 bytes'],
  ])('%s', async (_name, body, status, reason, message) => {
    const reply = await server.post(`${auth}/Login`, body);
    expect([reply.status, reasonIn(reply)]).toEqual([status, reason]);
    expect(reply.body.message).toContain(message);
    expect(JSON.stringify(reply.body)).not.toMatch(/node_modules|at .*\.js/);
  });

  test.each(['soon', '600001', '-1'])('a timeout of %s, which is told from the body', async (timeout) => {
    const reply = await server.post(`${auth}/Login`, {}, { 'connect-timeout-ms': timeout });
    expect([reply.status, reasonIn(reply), reply.body.message]).toEqual([
      400,
      'MALFORMED_REQUEST',
      'The header connect-timeout-ms must be a whole number of milliseconds, at most 600000.',
    ]);
  });

  test('gRPC-Web in JSON that is no UTF-8', async () => {
    const message = Buffer.from('{"email":"a\xff"}', 'latin1');
    const head = Buffer.alloc(5);
    head.writeUInt32BE(message.byteLength, 1);
    const response = await fetch(`${server.url}/${auth}/Login`, {
      method: 'POST',
      headers: { 'content-type': 'application/grpc-web+json' },
      body: Buffer.concat([head, message]),
    });
    const trailers = decodeURIComponent(await response.text());
    expect(trailers).toContain('grpc-status: 3');
    expect(trailers).toContain('grpc-message: it is not UTF-8');
  });

  test('10 MB without a length in front', async () => {
    const chunks = async function* () {
      for (let i = 0; i < 10; i += 1) yield new Uint8Array(1_000_000);
    };
    const response = await fetch(`${server.url}/${auth}/Login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: ReadableStream.from(chunks()),
      duplex: 'half',
    } as RequestInit);
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ code: 'resource_exhausted' });
  });

  test('10 MB of gRPC-Web, whose callers read no JSON', async () => {
    const body = new Uint8Array(10_000_000);
    new DataView(body.buffer).setUint32(1, body.length - 5);
    const headers = { 'content-type': 'application/grpc-web+proto' };
    const response = await fetch(`${server.url}/${auth}/Login`, { method: 'POST', headers, body });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/grpc-web+proto']);
    expect(await response.text()).toContain(`grpc-status: ${Code.ResourceExhausted}`);
  });

  test('a small body that unpacks to a large one', async () => {
    const packed = await new Response(
      new Blob([' '.repeat(5_000_000)]).stream().pipeThrough(new CompressionStream('gzip')),
    ).bytes();
    expect(packed.byteLength).toBeLessThan(10_000);
    const reply = await server.post(`${auth}/Login`, packed, { 'content-encoding': 'gzip' });
    // 413 as a rule; zlib's error is from another realm here, so the library does not know it for what it is.
    expect([400, 413]).toContain(reply.status);
  });

  test('another content type', async () => {
    const reply = await server.post(`${auth}/Login`, '{}', { 'content-type': 'text/plain' });
    expect([reply.status, reasonIn(reply)]).toEqual([415, 'UNSUPPORTED_CONTENT_TYPE']);
  });

  test('bytes that are no message', async () => {
    const bytes = new Uint8Array([255, 255, 255, 255]);
    const reply = await server.post(`${auth}/Login`, bytes, { 'content-type': 'application/proto' });
    expect([reply.status, reply.body.code, reasonIn(reply)]).toEqual([400, 'invalid_argument', 'MALFORMED_REQUEST']);
  });

  test('GET on a method that changes something', async () => {
    const response = await fetch(`${server.url}/${auth}/Login`);
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
    expect(await response.json()).toMatchObject({
      code: 'unimplemented',
      message: 'Login is called by POST, with content-type: application/json (or application/proto).',
    });
  });

  test('GET on a method that only reads, without what Connect asks of one', async () => {
    const response = await fetch(`${server.url}/${auth}/GetMe`);
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
    expect(await response.json()).toMatchObject({ message: expect.stringMatching(/^GetMe is called by POST, with/) });
  });

  test('plain JSON for a method whose answer is a stream', async () => {
    const reply = await server.post('finflow.analytics.v1.CategorizationService/ImportTransactions', {});
    expect([reply.status, reasonIn(reply)]).toEqual([415, 'UNSUPPORTED_CONTENT_TYPE']);
    expect(reply.body.message).toMatch(
      /^ImportTransactions is called with content-type: application\/connect\+json .*stream.*five bytes.*, not "application\/json"\.$/,
    );
  });

  test.each(['/', '/nowhere', '/finflow.auth.v1.AuthService/Nothing'])('%s is served by nobody', async (path) => {
    const response = await fetch(server.url + path);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ code: 'unimplemented', message: `Nothing is served at ${path}.` });
  });

  test.each([
    ['no HTTP', '\u0016\u0003\u0001 nonsense\r\n\r\n'],
    ['no Host', `POST /${auth}/Login HTTP/1.0\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}`],
    ['no such Host', `POST /${auth}/Login HTTP/1.1\r\nhost: a b:c\r\ncontent-length: 0\r\n\r\n`],
  ])('%s', async (_name, bytes) => {
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(server.httpPort, '127.0.0.1', () => socket.write(bytes));
      socket.on('data', (data) => resolve(String(data)));
    });
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request/);
    expect(answer).toContain('"code":"invalid_argument"');
  });
});

describe('plain routes', () => {
  test('get the body byte for byte, headers, query and address', async () => {
    const body = new Uint8Array([0, 13, 10, 255]);
    const reply = await server.post('webhooks/test?a=b', body, { 'x-signature': 's' });
    expect(reply.status).toBe(202);
    expect(reply.body).toEqual({ bytes: [0, 13, 10, 255], signature: 's', query: 'b', remoteAddress: '127.0.0.1' });
  });

  test('have a limit of their own', async () => {
    expect((await server.post('webhooks/test', 'x'.repeat(101))).status).toBe(413);
  });

  test('answer one method', async () => {
    expect((await fetch(`${server.url}/webhooks/test`)).status).toBe(405);
  });

  test('that fail say nothing of why', async () => {
    const response = await fetch(`${server.url}/broken`);
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('secret');
  });

  test('tell what the caller may know, as RPCs do', async () => {
    const response = await fetch(`${server.url}/refusing`);
    expect([response.status, await response.json()]).toMatchObject([503, { code: 'unavailable', message: 'not now' }]);
  });

  test('do not take a caller who hangs up for a fault', async () => {
    server.lines.length = 0;
    await new Promise<void>((resolve) => {
      const socket = connect(server.httpPort, '127.0.0.1', () =>
        socket.write('POST /webhooks/test HTTP/1.1\r\nhost: x\r\ncontent-length: 50\r\n\r\nhalf', () =>
          socket.destroy(),
        ),
      );
      socket.once('close', () => resolve());
    });
    expect((await server.post('webhooks/test', 'whole')).status).toBe(202);
    expect(server.lines).toEqual([]);
  });
});

describe('health', () => {
  test('alive whatever happens, ready when the probe says so', async () => {
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
    ready = false;
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
    const response = await fetch(`${server.url}/readyz`);
    expect([response.status, await response.json()]).toEqual([503, { status: 'not ready' }]);
    ready = true;
  });
});

test('every answer forbids sniffing, framing, caching and running', async () => {
  for (const path of ['/healthz', '/nowhere', `/${auth}/GetMe`]) {
    const { headers } = await fetch(server.url + path);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
  }
});
