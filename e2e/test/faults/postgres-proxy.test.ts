import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { FrameReader, textsOf } from '../../src/faults/cluster/postgres-frames.ts';
import { PostgresProxy, type ProxyHooks } from '../../src/faults/cluster/postgres-proxy.ts';

function message(type: string, body: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(4 + body.length);
  return Buffer.concat([Buffer.from(type), length, Buffer.from(body)]);
}

let server: Server;
let proxy: PostgresProxy;
let service: Socket;
/** Statements as they reached the server, which answers each of them. */
let reached: string[];

beforeEach(async () => {
  reached = [];
  server = createServer((socket) => {
    const reader = new FrameReader({ client: true });
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      for (const frame of reader.read(chunk)) {
        if (frame.type !== 'Q') continue;
        reached.push(textsOf(frame, 1)[0] ?? '');
        socket.write(message('C', 'COMMIT\0'));
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  proxy = await PostgresProxy.open((server.address() as AddressInfo).port);
});
afterEach(async () => {
  service?.destroy();
  await proxy.close();
  server.close();
});

/** Says each statement in a piece of its own; resolves when so many were answered, or the line was cut. */
async function say(hooks: ProxyHooks, statements: readonly string[]): Promise<void> {
  proxy.hooks = hooks;
  service = connect(proxy.port, '127.0.0.1').setNoDelay(true);
  service.on('error', () => undefined);
  const reader = new FrameReader({ client: false });
  let answers = 0;
  const done = new Promise<void>((resolve) => {
    service.on('close', () => resolve());
    service.on('data', (chunk: Buffer) => {
      answers += reader.read(chunk).length;
      if (answers === statements.length) resolve();
    });
  });
  service.write(message('', 'start up'));
  for (const sql of statements) service.write(message('Q', `${sql}\0`));
  await done;
}

test('what is said behind a delayed statement waits behind it', async () => {
  await say({ delayMs: ({ sql }) => (sql === 'slow' ? 20 : 0) }, ['quick', 'slow', 'next']);
  expect(reached).toEqual(['quick', 'slow', 'next']);
});

test('a statement at which the line is cut does not reach the server, nor what follows it', async () => {
  await say({ onStatement: ({ sql }) => sql === 'delete' }, ['begin', 'delete', 'commit']);
  expect(reached).not.toContain('delete');
  expect(reached).not.toContain('commit');
});

test('a line cut at a commit tells which statements were committed', async () => {
  const committed: string[][] = [];
  const onCommitted: ProxyHooks['onCommitted'] = (statements) => {
    committed.push(statements.map(({ sql }) => sql));
    return true;
  };
  await say({ onCommitted }, ['begin']);
  expect(committed).toEqual([['begin']]);
});
