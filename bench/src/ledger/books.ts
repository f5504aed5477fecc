import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { postEntries } from '@finflow/accounting/commands/post-entries';
import { entities } from '@finflow/accounting/store/entities';
import { migrations } from '@finflow/accounting/store/migrations/index';
import { saveSettings, takeBooks } from '@finflow/accounting/store/organizations';
import { systemClock } from '@finflow/chassis/clock';
import { Database } from '@finflow/chassis/database/database';
import type { EmbeddedServer } from '@finflow/chassis/database/embedded-server';
import { migrate } from '@finflow/chassis/database/migrate';
import { newId } from '@finflow/chassis/ids';
import { grpcClient } from '@finflow/chassis/rpc/client';
import { testTokens } from '@finflow/chassis/testing/tokens';
import { LedgerService } from '@finflow/proto/finflow/accounting/v1/ledger_pb';

const clients = 32;
const batchSize = 1_000;
const writers = 2;
const debits = ['6000', '6050', '6100', '6150', '6200', '6250', '6300', '6350', '6400', '6450'];
const main = fileURLToPath(new URL('../../../services/accounting/src/main.ts', import.meta.url));

/** Accounting as deployed, in a process of its own on the given server, and its posting module in this one. */
export async function prepareBooks(server: EmbeddedServer) {
  await server.ensureRole('accounting_owner', 'bench');
  await server.ensureRole('accounting_service', 'bench');
  await server.ensureDatabase({ name: 'accounting', owner: 'accounting_owner', users: ['accounting_service'] });
  await migrate({ url: server.url('accounting_owner', 'bench', 'accounting'), migrations });
  const url = server.url('accounting_service', 'bench', 'accounting');
  const database = new Database({ url, entities, poolSize: writers + 1 });
  await database.connect();

  const tokens = await testTokens(systemClock);
  const keys = createServer((_, response) => response.end(JSON.stringify(tokens.jwks))).listen(0, '127.0.0.1');
  await once(keys, 'listening');
  const service = await startAccounting({
    DATABASE_URL: url,
    JWKS_URL: `http://127.0.0.1:${(keys.address() as AddressInfo).port}/`,
    TOKEN_ISSUER: tokens.issuer,
    TOKEN_AUDIENCE: tokens.audience,
  });
  const [organizationId, batchOrganizations] = [newId(), Array.from({ length: writers }, newId)];
  for (const id of [organizationId, ...batchOrganizations]) {
    const now = systemClock.now();
    const settings = { organizationId: id, name: 'Bench', currency: 'USD', timeZone: 'UTC', settingsAt: now };
    await database.tenant(id, (tx) => saveSettings(tx, settings, now));
  }
  await server.asSuperuser((client) => client.query('analyze'), 'accounting');

  return {
    /** Postings a second of clients that each wait for the answer before the next request. */
    async postOneByOne(seconds: number): Promise<number> {
      const token = await tokens.mint({ organizationId, role: 'ACCOUNTANT' });
      const client = grpcClient(LedgerService, `127.0.0.1:${service.grpcPort}`, { token });
      const until = performance.now() + seconds * 1000;
      let posted = 0;
      await Promise.all(
        Array.from({ length: clients }, async () => {
          while (performance.now() < until) {
            const amount = { currencyCode: 'USD', amountMinor: BigInt(1 + Math.floor(Math.random() * 100_000)) };
            const debitAccount = pick(debits);
            await client.postJournalEntry({
              debitAccount,
              creditAccount: '1000',
              amount,
              description: 'bench',
              requestId: newId(),
            });
            posted += 1;
          }
        }),
      );
      client.close();
      return posted / seconds;
    },

    /** Postings a second of writers that each post a thousand entries a transaction. */
    async postBatches(seconds: number): Promise<number> {
      const until = performance.now() + seconds * 1000;
      let posted = 0;
      await Promise.all(
        batchOrganizations.map(async (id) => {
          while (performance.now() < until) {
            const entries = Array.from({ length: batchSize }, newEntry);
            await database.tenant(id, async (tx) => {
              await takeBooks(tx, id, 'shared');
              await postEntries(tx, id, entries);
            });
            posted += batchSize;
          }
        }),
      );
      return posted / seconds;
    },

    /** Whether every entry sums to zero and every balance is the sum of its lines, over all that was posted. */
    async check() {
      return await server.asSuperuser(async (client) => {
        const { rows } = await client.query<{ entries: string; unbalanced: string; wrong: string }>(`
          select (select count(*) from journal_entries) as entries,
            (select count(*) from (select from journal_lines group by organization_id, entry_id, currency having sum(amount_minor) <> 0) x) as unbalanced,
            (select count(*) from (
               select organization_id, account_id, currency, sum(amount_minor) as sum from journal_lines group by 1, 2, 3) l
             full join account_balances b using (organization_id, account_id, currency)
             where b.debit_minor - b.credit_minor is distinct from l.sum) as wrong`);
        const { entries, unbalanced, wrong } = rows[0] ?? { entries: '0', unbalanced: '?', wrong: '?' };
        return {
          'entries posted': Number(entries),
          'entries that do not sum to zero': unbalanced,
          'balances that are not the sum of their lines': wrong,
        };
      }, 'accounting');
    },

    async close(): Promise<void> {
      await service.stop();
      await database.close();
      keys.close();
    },
  };
}

function newEntry() {
  const amountMinor = BigInt(1 + Math.floor(Math.random() * 100_000));
  const id = newId();
  return {
    id,
    source: `bench:${id}`,
    date: '2026-01-31',
    description: 'bench',
    createdAt: systemClock.now(),
    lines: [
      { account: { code: pick(debits) }, currency: 'USD', amountMinor },
      { account: { code: '1000' }, currency: 'USD', amountMinor: -amountMinor },
    ],
  };
}

function pick(codes: readonly string[]): string {
  return codes[Math.floor(Math.random() * codes.length)] ?? '6000';
}

/** The deployable itself; its `started` line says the ports. */
async function startAccounting(settings: Record<string, string>) {
  const child: ChildProcess = spawn(process.execPath, [main], {
    env: { PATH: process.env.PATH, HOST: '127.0.0.1', HTTP_PORT: '0', GRPC_PORT: '0', LOG_LEVEL: 'info', ...settings },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  const grpcPort = await new Promise<number>((resolve, reject) => {
    lines.on('line', (line) => {
      const { message, grpcPort: port } = JSON.parse(line) as { message?: string; grpcPort?: number };
      if (message !== 'started' || !port) return;
      // Its log is read by others in a deployment, not by its clients.
      lines.close();
      child.stdout?.resume();
      resolve(port);
    });
    exited.then(() => reject(new Error('Accounting ended before it was ready.')), reject);
  });
  return {
    grpcPort,
    async stop() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}
