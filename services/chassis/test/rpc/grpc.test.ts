import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { Code, ConnectError } from '@connectrpc/connect';
import { CategorizationService } from '@finflow/proto/finflow/analytics/v1/categorization_pb';
import { AuthService, GetMeRequestSchema, GetMeResponseSchema } from '@finflow/proto/finflow/auth/v1/auth_pb';
import { ErrorDetailSchema } from '@finflow/proto/finflow/common/v1/error_pb';
import { Client, credentials, Metadata, type ServiceError } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { failedPrecondition } from '../../src/errors.ts';
import { callerOf } from '../../src/identity.ts';
import { bearer, grpcClient } from '../../src/rpc/client.ts';
import { remoteAddressOf } from '../../src/rpc/context.ts';
import { eventually } from '../../src/testing/eventually.ts';
import { partly, type RunningServer, startServer } from './running-server.ts';

let server: RunningServer;
let onImport: ((signal: AbortSignal) => void) | undefined;
let rowsSent = 0;

beforeAll(async () => {
  server = await startServer([
    partly(AuthService, {
      getMe: (_request, context) => {
        context.responseHeader.set('x-answered-by', 'test');
        context.responseTrailer.set('x-trailer', 'end');
        return { id: callerOf(context).userId, email: remoteAddressOf(context) };
      },
      login: (_request, context) =>
        new Promise((_resolve, reject) => {
          context.signal.addEventListener('abort', () => reject(context.signal.reason));
        }),
      refresh: () => {
        throw failedPrecondition('FAMILY_REVOKED', 'log in again — now', 'refresh_token');
      },
      logout: () => {
        throw new Error('secret insides');
      },
      register: async (_request, { timeoutMs }) => ({ id: String(timeoutMs()) }),
    }),
    partly(CategorizationService, {
      async *importTransactions({ currencyCode }, { signal, responseHeader }) {
        onImport?.(signal);
        responseHeader.set('x-answered-by', 'test');
        if (currencyCode === 'GBP') throw failedPrecondition('NO_ROWS', 'nothing to import');
        const rows = currencyCode === 'USD' ? Number.POSITIVE_INFINITY : 3;
        for (rowsSent = 0; rowsSent < rows; rowsSent += 1) {
          if (signal.aborted) return;
          yield { event: { case: 'progress', value: { rowsDone: rowsSent } } };
        }
        if (currencyCode === 'EUR') throw failedPrecondition('NO_ROWS', 'nothing to import');
      },
    }),
  ]);
});
afterAll(() => server.stop());

const closing: { close(): void }[] = [];
afterAll(() => {
  for (const client of closing) client.close();
});

function clientOf<Service extends typeof AuthService | typeof CategorizationService>(service: Service, token?: string) {
  const client = grpcClient(service, server.grpcAddress, { token });
  closing.push(client);
  return client;
}

async function failureOf(calling: Promise<unknown>): Promise<ConnectError> {
  try {
    await calling;
  } catch (error) {
    return ConnectError.from(error);
  }
  throw new Error('the call went through');
}

function detailOf(error: ConnectError) {
  return error.findDetails(ErrorDetailSchema)[0];
}

/** What a client that knows nothing of ours sees. */
function bareCall(path: string, bytes: Uint8Array, token?: string): Promise<{ error?: ServiceError; bytes?: Buffer }> {
  const client = new Client(server.grpcAddress, credentials.createInsecure());
  closing.push(client);
  const metadata = new Metadata();
  if (token !== undefined) metadata.set('authorization', `Bearer ${token}`);
  return new Promise((resolve) => {
    client.makeUnaryRequest(
      path,
      (value: Uint8Array) => Buffer.from(value),
      (value: Buffer) => value,
      bytes,
      metadata,
      (error, value) => resolve({ error: error ?? undefined, bytes: value }),
    );
  });
}

describe('@grpc/grpc-js against our port', () => {
  const path = '/finflow.auth.v1.AuthService/GetMe';

  test('with a token: the message', async () => {
    const { bytes } = await bareCall(path, new Uint8Array(), await server.tokens.mint({ userId: 'u1' }));
    expect(fromBinary(GetMeResponseSchema, bytes ?? new Uint8Array()).id).toBe('u1');
  });

  test('without: UNAUTHENTICATED with the reason in grpc-status-details-bin', async () => {
    const { error } = await bareCall(path, toBinary(GetMeRequestSchema, { $typeName: 'finflow.auth.v1.GetMeRequest' }));
    expect(error?.code).toBe(16);
    expect(String(error?.metadata.get('grpc-status-details-bin')[0])).toContain('TOKEN_MISSING');
  });

  test('bytes that are no message, a message too large, a method nobody has', async () => {
    expect((await bareCall(path, new Uint8Array([255, 255]))).error?.code).toBe(3);
    expect((await bareCall(path, new Uint8Array(2_000_000))).error?.code).toBe(8);
    expect((await bareCall('/finflow.auth.v1.AuthService/Nothing', new Uint8Array())).error?.code).toBe(12);
  });
});

describe('unary', () => {
  test('headers, trailers, the caller’s address, a token per call', async () => {
    const seen: Record<string, string | null> = {};
    const reply = await clientOf(AuthService).getMe(
      {},
      bearer(await server.tokens.mint({ userId: 'u7' }), {
        onHeader: (headers) => {
          seen.header = headers.get('x-answered-by');
        },
        onTrailer: (trailers) => {
          seen.trailer = trailers.get('x-trailer');
        },
      }),
    );
    expect(reply).toMatchObject({ id: 'u7', email: '127.0.0.1' });
    expect(seen).toEqual({ header: 'test', trailer: 'end' });
  });

  test('domain errors arrive with code, message, reason and field', async () => {
    const error = await failureOf(clientOf(AuthService).refresh({}));
    expect([error.code, error.rawMessage]).toEqual([Code.FailedPrecondition, 'log in again — now']);
    expect(detailOf(error)).toMatchObject({ reason: 'FAMILY_REVOKED', fields: [{ field: 'refresh_token' }] });
  });

  test('unknown errors tell nothing', async () => {
    const error = await failureOf(clientOf(AuthService).logout({}));
    expect([error.code, detailOf(error)?.reason]).toEqual([Code.Internal, 'INTERNAL']);
    expect(error.message).not.toContain('secret');
    const { correlationId } = detailOf(error)?.metadata ?? {};
    expect(server.lines).toContainEqual(
      expect.objectContaining({ message: 'unexpected error', correlation_id: correlationId }),
    );
  });

  test('rules are checked', async () => {
    const error = await failureOf(clientOf(AuthService).register({ email: 'no', password: 'long enough' }));
    expect([error.code, detailOf(error)?.fields.map((each) => each.field)]).toEqual([Code.InvalidArgument, ['email']]);
  });

  test('a handler knows how long it has', async () => {
    const { id } = await clientOf(AuthService).register(
      { email: 'a@b.co', password: 'long enough' },
      { timeoutMs: 5_000 },
    );
    expect(Number(id)).toBeGreaterThan(3_000);
    expect(Number(id)).toBeLessThanOrEqual(5_000);
  });

  test('a deadline ends the call on both sides', async () => {
    server.lines.length = 0;
    const error = await failureOf(clientOf(AuthService).login({ email: 'a@b.co', password: 'x' }, { timeoutMs: 100 }));
    expect(error.code).toBe(Code.DeadlineExceeded);
    // Its own timer or the caller's reset, whichever the server sees first.
    await logLine('Login', /^(deadline_exceeded|canceled)$/);
  });

  test('a caller that goes away is told to the handler', async () => {
    server.lines.length = 0;
    const leaving = new AbortController();
    const calling = failureOf(
      clientOf(AuthService).login({ email: 'a@b.co', password: 'x' }, { signal: leaving.signal }),
    );
    setTimeout(() => leaving.abort(), 50);
    expect((await calling).code).toBe(Code.Canceled);
    await logLine('Login', /^canceled$/);
  });

  test('a call that is cancelled before it begins is not made', async () => {
    server.lines.length = 0;
    const signal = AbortSignal.abort(new Error('changed my mind'));
    const error = await failureOf(
      clientOf(AuthService).register({ email: 'a@b.co', password: 'long enough' }, { signal }),
    );
    expect([error.code, error.rawMessage]).toEqual([Code.Canceled, 'changed my mind']);
    expect(server.lines).toEqual([]);
  });

  async function logLine(method: string, code: RegExp): Promise<void> {
    const line = { rpc: `finflow.auth.v1.AuthService/${method}`, code: expect.stringMatching(code) };
    await eventually(() => expect(server.lines).toContainEqual(expect.objectContaining(line)));
  }

  test('a service that is not there is UNAVAILABLE, its address unsaid', async () => {
    const client = grpcClient(AuthService, '127.0.0.1:1');
    closing.push(client);
    const error = await failureOf(client.getMe({}));
    expect([error.code, error.rawMessage]).toEqual([Code.Unavailable, 'finflow.auth.v1.AuthService cannot be reached']);
  });
});

describe('server streaming', () => {
  const csv = new TextEncoder().encode('date,description,amount\n');

  test('every message, in order', async () => {
    const rows: number[] = [];
    for await (const { event } of clientOf(CategorizationService, await server.tokens.mint()).importTransactions({
      csv,
    })) {
      if (event.case === 'progress') rows.push(event.value.rowsDone);
    }
    expect(rows).toEqual([0, 1, 2]);
  });

  test('what came before an error, then the error with its reason', async () => {
    let rows = 0;
    const reading = async () => {
      const stream = clientOf(CategorizationService, await server.tokens.mint()).importTransactions({
        csv,
        currencyCode: 'EUR',
      });
      for await (const _ of stream) rows += 1;
    };
    const error = await failureOf(reading());
    expect([rows, error.code, detailOf(error)?.reason]).toEqual([3, Code.FailedPrecondition, 'NO_ROWS']);
  });

  test('that fails before its first message brings its headers all the same', async () => {
    const client = clientOf(CategorizationService, await server.tokens.mint());
    const rows = client.importTransactions({ currencyCode: 'GBP', csv })[Symbol.asyncIterator]();
    const error = await failureOf(rows.next());
    expect(detailOf(error)?.reason).toBe('NO_ROWS');
    expect(error.metadata.get('x-answered-by')).toBe('test');
  });

  test('needs a token and valid input as any method', async () => {
    const read = async (token?: string, bytes = csv) => {
      for await (const _ of clientOf(CategorizationService, token).importTransactions({ csv: bytes }));
    };
    expect((await failureOf(read())).code).toBe(Code.Unauthenticated);
    const error = await failureOf(read(await server.tokens.mint(), new Uint8Array()));
    expect([error.code, detailOf(error)?.fields[0]?.field]).toEqual([Code.InvalidArgument, 'csv']);
  });

  test('a reader that does not read holds the writer back; one that leaves ends it', async () => {
    const leaving = new AbortController();
    const ended = new Promise<void>((resolve) => {
      onImport = (signal) => signal.addEventListener('abort', () => resolve());
    });
    const client = clientOf(CategorizationService, await server.tokens.mint());
    const stream = client.importTransactions({ csv, currencyCode: 'USD' }, { signal: leaving.signal });
    const iterator = stream[Symbol.asyncIterator]();
    await iterator.next();
    // As soon as two looks in a row see the same count, the windows are full.
    let before = -1;
    while (rowsSent !== before) {
      before = rowsSent;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(rowsSent).toBeLessThan(100_000);
    leaving.abort();
    await ended;
    onImport = undefined;
  });
});
