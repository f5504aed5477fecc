import { Code, ConnectError } from '@connectrpc/connect';
import { LedgerService } from '@finflow/proto/finflow/accounting/v1/ledger_pb';
import { AuthService } from '@finflow/proto/finflow/auth/v1/auth_pb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { grpcClient } from '../../src/rpc/client.ts';
import { partly, type RunningServer, startServer } from './running-server.ts';

// Two services, one of which asks the other: what a caller gives the first bounds what the first gives the second.
let inner: RunningServer;
let outer: RunningServer;
let toInner: ReturnType<typeof grpcClient<typeof AuthService>>;
let toOuter: ReturnType<typeof grpcClient<typeof AuthService>>;
let seenMs: (number | undefined)[] = [];
let innerEnded = Promise.resolve<unknown>(undefined);

beforeAll(async () => {
  inner = await startServer([
    partly(AuthService, {
      logout: async (_request, context) => {
        seenMs.push(context.timeoutMs());
        return {};
      },
      login: async (_request, { signal }) => {
        innerEnded = new Promise((resolve) => signal.addEventListener('abort', () => resolve(signal.reason)));
        await innerEnded;
        return {};
      },
    }),
  ]);
  toInner = grpcClient(AuthService, inner.grpcAddress);
  outer = await startServer([
    partly(AuthService, {
      logout: () => toInner.logout({}),
      login: (request) => toInner.login(request, { timeoutMs: 60_000 }),
    }),
    partly(LedgerService, {
      async *exportJournal() {
        yield {};
        await toInner.logout({});
        yield {};
      },
    }),
  ]);
  toOuter = grpcClient(AuthService, outer.grpcAddress);
});
afterAll(async () => {
  toOuter.close();
  toInner.close();
  await Promise.all([outer.stop(), inner.stop()]);
});
beforeEach(() => {
  seenMs = [];
});

const login = { email: 'a@b.co', password: 'x' };

describe('what a caller waits at most', () => {
  test('is passed on to the service that is asked for it, and has become less on the way', async () => {
    await toOuter.logout({}, { timeoutMs: 5_000 });
    expect(seenMs).toEqual([expect.any(Number)]);
    expect(seenMs[0]).toBeGreaterThan(1_000);
    expect(seenMs[0]).toBeLessThan(5_000);
  });

  test('is passed on from the HTTP port too', async () => {
    await outer.post('finflow.auth.v1.AuthService/Logout', {}, { 'connect-timeout-ms': '4000' });
    expect(seenMs[0]).toBeLessThan(4_000);
  });

  test('bounds what a stream asks for between its messages', async () => {
    const ledger = grpcClient(LedgerService, outer.grpcAddress, {
      token: await outer.tokens.mint({ platformRole: 'OPERATOR', organizationId: null }),
    });
    let messages = 0;
    for await (const _message of ledger.exportJournal({}, { timeoutMs: 6_000 })) messages += 1;
    expect(messages).toBe(2);
    expect(seenMs[0]).toBeLessThan(6_000);
    ledger.close();
  });

  test('ends the work of the last service, however long the one between would wait', async () => {
    const call = toOuter.login(login, { timeoutMs: 200 }).catch(ConnectError.from);
    expect(await call).toMatchObject({ code: Code.DeadlineExceeded });
    expect(await innerEnded).toMatchObject({ code: Code.DeadlineExceeded });
  });

  test('without a limit of the caller is the limit of the client', async () => {
    await outer.post('finflow.auth.v1.AuthService/Logout', {});
    expect(seenMs[0]).toBeGreaterThan(9_000);
    expect(seenMs[0]).toBeLessThanOrEqual(10_000);
  });
});
