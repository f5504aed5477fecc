import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { AuthService } from '@finflow/proto/finflow/auth/v1/auth_pb';
import { credentials } from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ConfigError } from '../../src/config.ts';
import { createLogger } from '../../src/logger.ts';
import { grpcClient } from '../../src/rpc/client.ts';
import { type GrpcSecurity, grpcSecurity } from '../../src/rpc/grpc-security.ts';
import { isLoopback } from '../../src/rpc/loopback.ts';
import { eventually } from '../../src/testing/eventually.ts';
import { partly, type RunningServer, startServer } from './running-server.ts';

/** Two authorities that know nothing of each other, and a service's certificate of each. */
const certificates = fileURLToPath(new URL('../fixtures/tls', import.meta.url));

let folder: string;
let lines: Record<string, unknown>[];
let servers: RunningServer[] = [];
const logger = createLogger({ service: 'test', destination: { write: (line) => void lines.push(JSON.parse(line)) } });

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'finflow-tls-'));
  lines = [];
});
afterEach(async () => {
  await Promise.all(servers.map((server) => server.stop()));
  servers = [];
  rmSync(folder, { recursive: true });
});

type Authority = 'first' | 'second';

/** What is mounted into the service now. */
function mount(authority: Authority): void {
  cpSync(join(certificates, authority), folder, { recursive: true });
}

function of(authority: Authority): GrpcSecurity {
  return grpcSecurity({ GRPC_TLS_DIR: join(certificates, authority), GRPC_PLAINTEXT: false });
}

/** A service with the mounted certificates, which are looked at often. */
async function start(): Promise<RunningServer> {
  const security = grpcSecurity({ GRPC_TLS_DIR: folder, GRPC_PLAINTEXT: false }, logger, { reloadMs: 10 });
  const server = await startServer([partly(AuthService, { logout: () => ({}) })], { grpcSecurity: security });
  servers.push(server);
  return server;
}

/** A call over a connection of its own. */
async function call(server: RunningServer, security?: GrpcSecurity): Promise<unknown> {
  const client = grpcClient(AuthService, `localhost:${server.grpcPort}`, { security });
  try {
    return await client.logout({}, { timeoutMs: 5_000 });
  } finally {
    client.close();
  }
}

/** Which authority's certificate is shown to who connects. */
async function shown(server: RunningServer): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port: server.grpcPort, rejectUnauthorized: false, ALPNProtocols: ['h2'] };
    const socket = connectTls(options, () => {
      resolve(socket.getPeerCertificate().subject?.CN);
      socket.destroy();
    });
    socket.on('error', reject);
  });
}

describe('with mounted certificates', () => {
  test('who shows one of the same authority is served', async () => {
    mount('first');
    expect(await call(await start(), of('first'))).toBeDefined();
  });

  test('who shows one of another authority, none, or speaks plain text is not', async () => {
    mount('first');
    const server = await start();
    const withoutCertificate: GrpcSecurity = {
      forServer: () => {
        throw new Error('a client only');
      },
      forClient: () => credentials.createSsl(readFileSync(join(certificates, 'first/ca.crt'))),
    };
    await expect(call(server, of('second'))).rejects.toThrow('cannot be reached');
    await expect(call(server, withoutCertificate)).rejects.toThrow('cannot be reached');
    await expect(call(server)).rejects.toThrow('cannot be reached');
  });

  test('those that replace them on the disk are served without a restart, and the old ones refused', async () => {
    mount('first');
    const server = await start();
    expect(await shown(server)).toBe('finflow test service first');
    mount('second');
    await eventually(async () => expect(await shown(server)).toBe('finflow test service second'));
    expect(await call(server, of('second'))).toBeDefined();
    await expect(call(server, of('first'))).rejects.toThrow('cannot be reached');
    expect(lines).toContainEqual(
      expect.objectContaining({ message: 'certificates reloaded', valid_to: expect.any(String) }),
    );
  });

  test('a client takes the new ones too, for its next connection', async () => {
    mount('first');
    const security = grpcSecurity({ GRPC_TLS_DIR: folder, GRPC_PLAINTEXT: false }, logger, { reloadMs: 10 });
    const peer = async (authority: Authority) => {
      const options = { grpcSecurity: of(authority), grpcConnectionAgeMs: 50 };
      const server = await startServer([partly(AuthService, { logout: () => ({}) })], options);
      servers.push(server);
      return server;
    };
    const [before, after] = [await peer('first'), await peer('second')];
    expect(await call(before, security)).toBeDefined();
    await expect(call(after, security)).rejects.toThrow('cannot be reached');
    mount('second');
    const client = grpcClient(AuthService, `localhost:${after.grpcPort}`, { security });
    await eventually(async () => expect(await client.logout({}).catch(() => undefined)).toBeDefined());
    client.close();
  });

  test('one that cannot be used is told once, and the one before goes on', async () => {
    mount('first');
    const server = await start();
    writeFileSync(join(folder, 'tls.key'), readFileSync(join(certificates, 'second/tls.key')));
    const complaint = expect.objectContaining({ detail: 'tls.key is not the key of tls.crt' });
    await eventually(() => expect(lines).toContainEqual(complaint));
    expect(await call(server, of('first'))).toBeDefined();
    writeFileSync(join(folder, 'tls.key'), 'nothing');
    await eventually(() =>
      expect(lines).toContainEqual(expect.objectContaining({ detail: expect.stringMatching(/^tls.key is not PEM/) })),
    );
    expect(lines.filter(({ detail }) => detail === 'tls.key is not the key of tls.crt')).toHaveLength(1);
    expect(JSON.stringify(lines)).not.toContain('PRIVATE');
  });

  test('a chain that ends half-way is not served either, and the one before goes on', async () => {
    mount('first');
    const server = await start();
    const whole = readFileSync(join(certificates, 'second/tls.crt'), 'utf8');
    mount('second');
    writeFileSync(join(folder, 'tls.crt'), `${whole}${whole.slice(0, whole.length / 2)}`);
    const complaint = expect.objectContaining({ detail: expect.stringMatching(/^TLS cannot use them: ERR_OSSL/) });
    await eventually(() => expect(lines).toContainEqual(complaint));
    expect(await call(server, of('first'))).toBeDefined();
  });

  test('none, and the service does not start: one sentence names the variable and the file', () => {
    const attempt = () => grpcSecurity({ GRPC_TLS_DIR: folder, GRPC_PLAINTEXT: false });
    expect(attempt).toThrow(ConfigError);
    expect(attempt).toThrow('GRPC_TLS_DIR: must be a folder with tls.crt, tls.key and ca.crt in PEM (tls.crt: ENOENT)');
  });

  test('beside permission for plain text are a contradiction', () => {
    mount('first');
    expect(() => grpcSecurity({ GRPC_TLS_DIR: folder, GRPC_PLAINTEXT: true })).toThrow('GRPC_PLAINTEXT: must not be');
  });
});

describe('without certificates', () => {
  const closed = grpcSecurity({ GRPC_PLAINTEXT: false });
  const open = grpcSecurity({ GRPC_PLAINTEXT: true });

  test.each(['0.0.0.0', '::', '10.1.2.3', 'finflow-auth'])('a port on %s is refused, saying what to set', (host) => {
    expect(() => closed.forServer(host)).toThrow(ConfigError);
    expect(() => closed.forServer(host)).toThrow(
      /GRPC_TLS_DIR: is required, because gRPC listens on .* GRPC_PLAINTEXT=true/,
    );
    expect(open.forServer(host)).toBeDefined();
  });

  test('a server off loopback is not even made', async () => {
    await expect(startServer([], { host: '0.0.0.0' })).rejects.toThrow('GRPC_PLAINTEXT=true');
  });

  test.each(['finflow-accounting-grpc:9090', 'dns:///accounting:4102', '10.0.0.7:4102'])(
    'a client of %s too',
    (address) => {
      expect(() => grpcClient(AuthService, address)).toThrow(`gRPC goes to another machine, ${address}`);
      expect(open.forClient(address)).toBeDefined();
    },
  );

  test.each(['localhost', '127.0.0.1', '127.0.0.3', '::1', '[::1]'])('%s stays on this machine', (host) => {
    expect(isLoopback(host)).toBe(true);
    expect(closed.forClient(`${host}:4102`)).toBeDefined();
  });

  test.each(['localhost.evil.example', '0.0.0.0', '128.0.0.1', '::', '127.0.0.1.nip.io'])('%s does not', (host) => {
    expect(isLoopback(host)).toBe(false);
  });
});
