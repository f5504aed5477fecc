import dns from 'node:dns';
import { AuthService } from '@finflow/proto/finflow/auth/v1/auth_pb';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { grpcClient } from '../../src/rpc/client.ts';
import type { RpcServerOptions } from '../../src/rpc/server.ts';
import { eventually } from '../../src/testing/eventually.ts';
import { partly, type RunningServer, startServer } from './running-server.ts';

/** A name that stands for the pods of `dnsAnswers`, as a headless Service does; any name on this machine will do. */
const NAME = 'localhost';

let pods: Pod[] = [];
let dnsAnswers: string[] = [];
let lookups = 0;
let client: ReturnType<typeof grpcClient<typeof AuthService>> | undefined;

interface Pod {
  readonly host: string;
  readonly server: RunningServer;
  calls: number;
}

/** A pod on an address of its own, on the port of the first: that is how pods of one Service differ. */
async function pod(host: string, options: Partial<RpcServerOptions> = {}): Promise<Pod> {
  const started: { host: string; calls: number; server?: RunningServer } = { host, calls: 0 };
  const logout = async () => {
    started.calls += 1;
    return {};
  };
  const grpcPort = pods[0]?.server.grpcPort ?? 0;
  started.server = await startServer([partly(AuthService, { logout })], { host, grpcPort, ...options });
  pods.push(started as Pod);
  return started as Pod;
}

/** A change, which is never tried again: a call that fails shows. */
async function callEach(times: number): Promise<void> {
  for (let call = 0; call < times; call += 1) await client?.logout({});
}

/** The busiest pod's share of `calls`, against the mean. */
async function unevenness(calls: number): Promise<number> {
  for (const each of pods) each.calls = 0;
  await callEach(calls);
  return (Math.max(...pods.map((each) => each.calls)) * pods.length) / calls;
}

beforeEach(() => {
  lookups = 0;
  const lookup = async () => {
    lookups += 1;
    return dnsAnswers.map((address) => ({ address, family: 4 }));
  };
  jest.spyOn(dns.promises, 'lookup').mockImplementation(lookup as unknown as typeof dns.promises.lookup);
});

afterEach(async () => {
  client?.close();
  await Promise.all(pods.map(({ server }) => server.stop()));
  pods = [];
  jest.restoreAllMocks();
});

function connect(): void {
  client = grpcClient(AuthService, `${NAME}:${pods[0]?.server.grpcPort}`);
}

describe('calls to a name with several addresses', () => {
  test('go to each in turn', async () => {
    dnsAnswers = [(await pod('127.0.0.1')).host, (await pod('127.0.0.2')).host, (await pod('127.0.0.3')).host];
    connect();
    // Calls begin as soon as the first connection is there.
    await eventually(async () => expect(await unevenness(30)).toBe(1));
  });

  test('go to those that are left when one dies, and its address is asked for again', async () => {
    dnsAnswers = [(await pod('127.0.0.1')).host, (await pod('127.0.0.2')).host];
    connect();
    await eventually(async () => expect(await unevenness(20)).toBe(1));
    const [first, second] = pods as [Pod, Pod];
    const asked = lookups;
    await second.server.stop();
    pods = [first];
    await callEach(20);
    expect(first.calls).toBe(30);
    await eventually(() => expect(lookups).toBeGreaterThan(asked));
  });

  test('reach pods that came later, without a call that fails: connections get old', async () => {
    dnsAnswers = [(await pod('127.0.0.1', { grpcConnectionAgeMs: 1_000 })).host];
    connect();
    await callEach(1);
    dnsAnswers.push((await pod('127.0.0.2')).host, (await pod('127.0.0.3')).host);
    await eventually(async () => expect(await unevenness(60)).toBeLessThanOrEqual(1.25));
  });
});

test('connections that get old while calls are made fail none, though none is tried again', async () => {
  dnsAnswers = [(await pod('127.0.0.1', { grpcConnectionAgeMs: 400 })).host];
  connect();
  const until = performance.now() + 2_500;
  const caller = async () => {
    while (performance.now() < until) await client?.logout({});
  };
  await Promise.all(Array.from({ length: 16 }, caller));
  expect(pods[0]?.calls).toBeGreaterThan(100);
});
