// Runs in a pod of the services' image, among its packages: calls of a company on payments' gRPC port at an even rate,
// one connection pool for all of them, until told to stop. Environment: URL, ADDRESS, RATE (calls a second).
// Its last line is JSON: how many calls were made, and those that failed.
import { setTimeout as delay } from 'node:timers/promises';
import { grpcClient } from '@finflow/chassis/rpc/client';
import { grpcSecurity } from '@finflow/chassis/rpc/grpc-security';
import { PaymentService } from '@finflow/proto/finflow/payments/v1/payment_pb';

const { URL: url, ADDRESS: address = '', RATE: rate } = process.env;

async function accessToken(): Promise<string> {
  const email = `load-${Date.now()}@example.com`;
  const password = 'pale-otter-42-lamp';
  for (const [method, request] of [
    ['Register', { email, password, organizationName: 'Load' }],
    ['Login', { email, password }],
  ] as const) {
    const response = await fetch(`${url}/finflow.auth.v1.AuthService/${method}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(request),
    });
    if (!response.ok) throw new Error(`${method}: ${response.status} ${await response.text()}`);
    if (method === 'Login') return ((await response.json()) as { accessToken: string }).accessToken;
  }
  throw new Error('No login, no token.');
}

const token = await accessToken();
const payments = grpcClient(PaymentService, address, { token, security: grpcSecurity({ GRPC_PLAINTEXT: true }) });
let stopping = false;
process.on('SIGTERM', () => {
  stopping = true;
});
const failed: string[] = [];
const underWay = new Set<Promise<unknown>>();
process.stdout.write('running\n');
const startedAt = performance.now();
let sent = 0;
while (!stopping) {
  const dueMs = startedAt + (sent * 1000) / Number(rate) - performance.now();
  if (dueMs > 0) await delay(dueMs);
  sent += 1;
  const call = payments
    .listPayments({})
    .catch((error: Error) => failed.push(error.message))
    .finally(() => underWay.delete(call));
  underWay.add(call);
}
await Promise.all(underWay);
payments.close();
process.stdout.write(`${JSON.stringify({ sent, failed })}\n`);
