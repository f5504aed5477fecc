import { AuthService } from '@finflow/proto/finflow/auth/v1/auth_pb';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { invalidArgument, resourceExhausted, unavailable } from '../../src/errors.ts';
import { grpcClient } from '../../src/rpc/client.ts';
import { partly, type RunningServer, startServer } from './running-server.ts';

let server: RunningServer;
let calls = 0;
let failures = 0;

/** Answers once it has failed as often as a test wants. */
function answer<T>(reply: T): T {
  calls += 1;
  if (calls <= failures) throw unavailable('PROCESSOR_UNAVAILABLE', 'not now');
  return reply;
}

beforeAll(async () => {
  server = await startServer([
    partly(AuthService, { getMe: () => answer({ id: 'u1' }), register: () => answer({ id: 'u2' }) }),
  ]);
});
afterAll(() => server.stop());
beforeEach(() => {
  calls = 0;
});

test('a read is tried again while the other side is UNAVAILABLE', async () => {
  failures = 2;
  const client = grpcClient(AuthService, server.grpcAddress, { token: await server.tokens.mint() });
  expect(await client.getMe({})).toMatchObject({ id: 'u1' });
  expect(calls).toBe(3);
  client.close();
});

test('a change is not: who refused it as UNAVAILABLE may have begun it, and only its sender knows its request id', async () => {
  failures = 1;
  const client = grpcClient(AuthService, server.grpcAddress);
  const change = client.register({ email: 'a@b.co', password: 'correct horse' });
  await expect(change).rejects.toThrow('not now');
  expect(calls).toBe(1);
  client.close();
});

test('tries have a budget: a service that is down gets half a hundred more, not four times its load', async () => {
  failures = Number.POSITIVE_INFINITY;
  const client = grpcClient(AuthService, server.grpcAddress, { token: await server.tokens.mint() });
  const reads = 200;
  for (let read = 0; read < reads; read += 10) {
    await Promise.all(Array.from({ length: 10 }, () => client.getMe({}).catch(() => undefined)));
  }
  expect(calls).toBeGreaterThan(reads);
  expect(calls).toBeLessThanOrEqual(reads + 50);
  client.close();
});

test.each([
  { code: 'INVALID_ARGUMENT', fail: () => invalidArgument('BAD', 'id', 'no') },
  { code: 'RESOURCE_EXHAUSTED', fail: () => resourceExhausted('SLOW_DOWN', 'no') },
])('a read that is refused with $code is not tried again', async ({ fail }) => {
  let asked = 0;
  const refusing = await startServer([
    partly(AuthService, {
      getMe: () => {
        asked += 1;
        throw fail();
      },
    }),
  ]);
  const client = grpcClient(AuthService, refusing.grpcAddress, { token: await refusing.tokens.mint() });
  await expect(client.getMe({})).rejects.toThrow('no');
  expect(asked).toBe(1);
  client.close();
  await refusing.stop();
});
