// Runs in a pod of the services' image: a company's requests until told to stop, at an even rate or by clients who ask
// again as soon as they are answered. It stands on nothing but Node's own parts, because it comes by a ConfigMap.
// Environment: URL; RATE (requests a second) or CLIENTS; METHOD, of those below, or all of them in turn.
// Its last line is JSON: how many were sent, those that failed, and the invoices whose making was acknowledged.
import { setTimeout as delay } from 'node:timers/promises';

const { URL: url, RATE: rate, CLIENTS: clients, METHOD: only } = process.env;
const run = `${Date.now()}`;
let token: string | undefined;

/** What an RPC answers with, as JSON. */
interface Answer {
  readonly invoice: { readonly id: string };
  readonly accessToken: string;
  readonly invoices?: readonly { readonly id: string }[];
  readonly nextPageToken?: string;
}

async function call(method: string, request: object): Promise<Answer> {
  const response = await fetch(`${url}/finflow.${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(request),
    signal: AbortSignal.timeout(30_000),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status} ${text.slice(0, 200)}`);
  return JSON.parse(text) as Answer;
}

const email = `load-${run}@example.com`;
const password = 'pale-otter-42-lamp';
await call('auth.v1.AuthService/Register', { email, password, organizationName: `Load ${run}` });
const signIn = async () => {
  ({ accessToken: token } = await call('auth.v1.AuthService/Login', { email, password }));
};
await signIn();
// Books are opened by an event.
await again(() => call('accounting.v1.LedgerService/ListAccounts', {}));

/** For what is no part of the load: half a minute's patience. */
async function again<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (tries === 60) throw error;
      await delay(500);
    }
  }
}

const dueDate = new Date().toISOString().slice(0, 10);
const acknowledged: string[] = [];
const methods: Record<string, (number: number) => Promise<unknown>> = {
  GetMe: () => call('auth.v1.AuthService/GetMe', {}),
  GetDashboard: () => call('analytics.v1.DashboardService/GetDashboard', {}),
  ListPayments: () => call('payments.v1.PaymentService/ListPayments', {}),
  CreateInvoice: async (number) => {
    const amount = { currencyCode: 'USD', amountMinor: '12500' };
    const requestId = `${run}-${number}`;
    const { invoice } = await call('accounting.v1.InvoiceService/CreateInvoice', {
      client: 'Load',
      amount,
      dueDate,
      requestId,
    });
    acknowledged.push(invoice.id);
  },
};
const inTurn = only === undefined ? Object.keys(methods) : [only];

let stopping = false;
process.on('SIGTERM', () => {
  stopping = true;
});
const failed: string[] = [];
const durations: number[] = [];
const underWay = new Set<Promise<unknown>>();
process.stdout.write('running\n');
const startedAt = performance.now();
let signedInAt = startedAt;
let sent = 0;

/** The next request, whatever comes of it. */
async function next(): Promise<void> {
  const number = sent++;
  const method = inTurn[number % inTurn.length] ?? '';
  const at = new Date().toISOString();
  const begunAt = performance.now();
  try {
    await methods[method]?.(number);
    durations.push(performance.now() - begunAt);
  } catch (error) {
    const { message, cause } = error as Error;
    failed.push(`${at} ${method}: ${message} ${(cause as Error | undefined)?.message ?? ''}`);
  }
}

async function atAnEvenRate(intervalMs: number): Promise<void> {
  while (!stopping) {
    const dueMs = startedAt + sent * intervalMs - performance.now();
    if (dueMs > 0) await delay(dueMs);
    if (performance.now() - signedInAt > 300_000) {
      signedInAt = performance.now();
      await signIn().catch((error: Error) => failed.push(`Login: ${error.message}`));
    }
    const work = next().finally(() => underWay.delete(work));
    underWay.add(work);
  }
}

async function asAnswered(): Promise<void> {
  while (!stopping) await next();
}

if (clients === undefined) await atAnEvenRate(1000 / Number(rate));
else await Promise.all(Array.from({ length: Number(clients) }, asAnswered));
await Promise.all(underWay);

// What was acknowledged must be there, whatever died meanwhile.
const kept = new Set<string>();
let pageToken = '';
do {
  const page: Answer = await again(() =>
    call('accounting.v1.InvoiceService/ListInvoices', { pageSize: 200, pageToken }),
  );
  for (const { id } of page.invoices ?? []) kept.add(id);
  pageToken = page.nextPageToken ?? '';
} while (pageToken);
durations.sort((a, b) => a - b);
const percentile = (share: number) => Math.round(durations[Math.floor(durations.length * share)] ?? 0);
process.stdout.write(
  `${JSON.stringify({
    sent,
    seconds: Math.round((performance.now() - startedAt) / 1000),
    failed,
    acknowledged: acknowledged.length,
    lost: acknowledged.filter((id) => !kept.has(id)).length,
    p50: percentile(0.5),
    p99: percentile(0.99),
  })}\n`,
);
