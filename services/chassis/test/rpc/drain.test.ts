import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { Code, ConnectError } from '@connectrpc/connect';
import { AuthService } from '@finflow/proto/finflow/auth/v1/auth_pb';
import { Health, HealthCheckResponse_ServingStatus as Status } from '@finflow/proto/grpc/health/v1/health_pb';
import { describe, expect, test } from '@jest/globals';
import { grpcClient } from '../../src/rpc/client.ts';
import { partly, reasonIn, startServer } from './running-server.ts';

/** A server whose Logout answers when told, and whose Login answers only to the end of its call. */
async function slowServer(drainMs: number) {
  let answer = () => {};
  let entered = 0;
  const told = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const server = await startServer(
    [
      partly(AuthService, {
        logout: async () => {
          entered += 1;
          await told;
          return {};
        },
        login: async (_request, { signal }) => {
          entered += 1;
          await new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
          return {};
        },
      }),
    ],
    { drainMs },
  );
  const whenEntered = async (count: number) => {
    while (entered < count) await new Promise((resolve) => setTimeout(resolve, 2));
  };
  return { server, answer, whenEntered };
}

async function opened(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket));
    socket.on('error', reject);
  });
}

const login = { email: 'a@b.co', password: 'x' };

describe('stopping', () => {
  test('lets requests in flight finish, and takes no more', async () => {
    const { server, answer, whenEntered } = await slowServer(10_000);
    const client = grpcClient(AuthService, server.grpcAddress);
    const inFlight = [server.post('finflow.auth.v1.AuthService/Logout', {}), client.logout({})] as const;
    await whenEntered(2);

    const stopped = server.stop();
    await expect(opened(server.httpPort)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    answer();
    const [http] = await Promise.all(inFlight);
    expect(http.status).toBe(200);
    expect(http.headers.get('connection')).toBe('close');
    await stopped;
    client.close();
  });

  test('does not wait for connections that ask nothing', async () => {
    const { server } = await slowServer(60_000);
    const idle = await opened(server.httpPort);
    const kept = await opened(server.httpPort);
    kept.write('GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n');
    await new Promise((resolve) => kept.once('data', resolve));
    const client = grpcClient(Health, server.grpcAddress);
    await client.check({});
    const closed = [idle, kept].map((socket) => new Promise((resolve) => socket.once('close', resolve)));
    await server.stop();
    await Promise.all(closed);
    client.close();
  });

  test('ends what takes longer than the drain time, saying that it is us', async () => {
    const { server, whenEntered } = await slowServer(50);
    const client = grpcClient(AuthService, server.grpcAddress);
    const http = server.post('finflow.auth.v1.AuthService/Login', login);
    const grpc = client.login(login, { timeoutMs: 60_000 }).catch(ConnectError.from);
    await whenEntered(2);
    await server.stop();
    const reply = await http;
    expect([reply.status, reasonIn(reply)]).toEqual([503, 'SHUTTING_DOWN']);
    expect(await grpc).toMatchObject({ code: Code.Unavailable });
    client.close();
  });

  test('is told to who watches health', async () => {
    const { server } = await slowServer(5_000);
    const client = grpcClient(Health, server.grpcAddress);
    const seen: Status[] = [];
    for await (const { status } of client.watch({})) {
      seen.push(status);
      if (seen.length === 1) void server.stop();
      if (seen.length === 2) break;
    }
    expect(seen).toEqual([Status.SERVING, Status.NOT_SERVING]);
    client.close();
  });
});

test.each(['httpPort', 'grpcPort'] as const)('a %s in use is one sentence that names it', async (which) => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  await expect(startServer([partly(AuthService, {})], { [which]: port })).rejects.toThrow(
    `port ${port} is in use by another program`,
  );
  other.close();
});
