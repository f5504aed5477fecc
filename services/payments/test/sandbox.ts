import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { testDatabase } from '@finflow/chassis/testing/postgres';
import Stripe from 'stripe';

export const secretKey = 'sk_test_payments';
export const webhookSecret = 'whsec_payments';

/** The card sandbox in a process of its own: payments knows it by its HTTP address and nothing else, as in production. */
export interface Sandbox {
  readonly url: string;
  /** The SDK, for looking at what the processor has. */
  readonly stripe: Stripe;
  /** A control of the sandbox, e.g. `control('faults', { kind: 'error' })`. */
  control(name: string, values?: Record<string, string | number>): Promise<unknown>;
  stop(): Promise<void>;
}

const program = fileURLToPath(new URL('../../local/src/card-sandbox/main.ts', import.meta.url));

export async function startSandbox(): Promise<Sandbox> {
  const database = await testDatabase('card_sandbox', []);
  const options = ['--database-url', database.ownerUrl, '--secret-key', secretKey, '--webhook-secret', webhookSecret];
  const child = spawn(process.execPath, [program, ...options], { stdio: ['ignore', 'pipe', 'inherit'] });
  const url = await firstLine(child);
  const { hostname, port } = new URL(url);
  return {
    url,
    stripe: new Stripe(secretKey, { host: hostname, port, protocol: 'http', telemetry: false }),
    async control(name, values = {}) {
      const body = new URLSearchParams();
      for (const [key, value] of Object.entries(values)) body.set(key, String(value));
      const headers = { authorization: `Bearer ${secretKey}` };
      const response = await fetch(`${url}/_sandbox/${name}`, { method: 'POST', headers, body });
      if (!response.ok) throw new Error(`${name}: ${await response.text()}`);
      return await response.json();
    },
    async stop() {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
      await database.drop();
    },
  };
}

async function firstLine(child: ChildProcess): Promise<string> {
  const exited = once(child, 'exit').then(([code]) => {
    throw new Error(`the card sandbox ended with ${code}`);
  });
  const [line] = (await Promise.race([once(child.stdout as NodeJS.ReadableStream, 'data'), exited])) as [Buffer];
  return line.toString().trim();
}
