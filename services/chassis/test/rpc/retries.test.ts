import { AuthService } from '@finflow/proto/finflow/auth/v1/auth_pb';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { unavailable } from '../../src/errors.ts';
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
