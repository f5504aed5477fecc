import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { systemClock } from '@finflow/chassis/clock';
import { grpcClient } from '@finflow/chassis/rpc/client';
import { testTokens } from '@finflow/chassis/testing/tokens';
import { InvoiceService } from '@finflow/proto/finflow/accounting/v1/invoice_pb';
import { figure, type Report, ratio } from '../measure.ts';
import { request } from './contract.ts';

const callsARound = 20_000;
const atOnce = 16;

/** CPU, not time: other programs of a shared machine take time from us, but not CPU that is counted as ours. */
export async function benchRpc(rounds: number): Promise<Report> {
  const tokens = await testTokens(systemClock);
  const settings = JSON.stringify({ jwks: tokens.jwks, issuer: tokens.issuer, audience: tokens.audience });
  const token = await tokens.mint({ role: 'VIEWER' });
  const bare = await start('bare-server.ts', [], token);
  const full = await start('chassis-server.ts', [settings], token);
  try {
    await bare.measure(callsARound);
    await full.measure(callsARound);
    const [plain, ours]: [number[], number[]] = [[], []];
    for (let round = 1; round <= rounds; round++) {
      process.stderr.write(`Round ${round} of ${rounds} …\n`);
      plain.push(await bare.measure(callsARound));
      ours.push(await full.measure(callsARound));
    }
    const baseline = figure('bare grpc-js', 'µs CPU/call', plain);
    const service = figure('FinFlow: token, policy, rules, errors, log, trace', 'µs CPU/call', ours);
    return { bench: 'rpc', figures: [baseline, service, ratio('FinFlow / bare grpc-js', service, baseline)] };
  } finally {
    bare.stop();
    full.stop();
  }
}

async function start(file: string, args: string[], token: string) {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), args);
  const { port } = await reply<{ port: number }>(child);
  const client = grpcClient(InvoiceService, `127.0.0.1:${port}`, { token });
  const cpu = async () => {
    child.send('cpu');
    return (await reply<{ cpuMicroseconds: number }>(child)).cpuMicroseconds;
  };
  return {
    /** Microseconds of the server's CPU a call. */
    async measure(calls: number): Promise<number> {
      const before = await cpu();
      let left = calls;
      await Promise.all(
        Array.from({ length: atOnce }, async () => {
          while (left-- > 0) await client.getInvoice(request);
        }),
      );
      return ((await cpu()) - before) / calls;
    },
    stop() {
      client.close();
      child.disconnect();
    },
  };
}

async function reply<T>(child: ChildProcess): Promise<T> {
  const [message] = (await once(child, 'message')) as [T];
  return message;
}
