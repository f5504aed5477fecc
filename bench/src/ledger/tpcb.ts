import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import pg from 'pg';

const run = promisify(execFile);

/** The yardstick's size: 5,000,000 accounts, 50 branches. */
const scale = 50;
const clients = 32;

/** The classic small banking transaction, as a measure of what this PostgreSQL on this disk can do. */
export interface Yardstick {
  readonly name: string;
  /** Transactions a second over the given time. */
  measure(seconds: number): Promise<number>;
  close(): Promise<void>;
}

/** pgbench where it is installed, otherwise the same transaction by node-pg. */
export async function tpcb(url: string): Promise<Yardstick> {
  const installed = await run('pgbench', ['--version']).then(
    () => true,
    () => false,
  );
  return installed ? await byPgbench(url) : await byNodePg(url);
}

async function byPgbench(url: string): Promise<Yardstick> {
  await run('pgbench', ['--initialize', '--quiet', '--scale', String(scale), url], { maxBuffer: 1 << 24 });
  return {
    name: `TPC-B by pgbench, prepared, scale ${scale}, ${clients} clients`,
    async measure(seconds) {
      const options = ['--protocol=prepared', '--no-vacuum', `--client=${clients}`, '--jobs=2', `--time=${seconds}`];
      const { stdout } = await run('pgbench', [...options, url]);
      const tps = /^tps = ([\d.]+)/m.exec(stdout)?.[1];
      if (!tps) throw new Error(`pgbench said no tps:\n${stdout}`);
      return Number(tps);
    },
    close: async () => undefined,
  };
}

async function byNodePg(url: string): Promise<Yardstick> {
  const pool = new pg.Pool({ connectionString: url, max: clients });
  for (const statement of schema) await pool.query(statement);
  return {
    name: `TPC-B by node-pg, prepared, scale ${scale}, ${clients} clients`,
    async measure(seconds) {
      const until = performance.now() + seconds * 1000;
      const counts = await Promise.all(
        Array.from({ length: clients }, async () => {
          const client = await pool.connect();
          let count = 0;
          for (; performance.now() < until; count++) await transaction(client);
          client.release();
          return count;
        }),
      );
      return counts.reduce((sum, count) => sum + count, 0) / seconds;
    },
    close: () => pool.end(),
  };
}

const schema = [
  'create table pgbench_branches (bid int primary key, bbalance int, filler char(88)) with (fillfactor = 100)',
  'create table pgbench_tellers (tid int primary key, bid int, tbalance int, filler char(84)) with (fillfactor = 100)',
  'create table pgbench_accounts (aid int primary key, bid int, abalance int, filler char(84)) with (fillfactor = 100)',
  'create table pgbench_history (tid int, bid int, aid int, delta int, mtime timestamp, filler char(22))',
  `insert into pgbench_branches select n, 0 from generate_series(1, ${scale}) n`,
  `insert into pgbench_tellers select n, (n - 1) / 10 + 1, 0 from generate_series(1, ${scale * 10}) n`,
  `insert into pgbench_accounts select n, (n - 1) / 100000 + 1, 0, '' from generate_series(1, ${scale * 100_000}) n`,
  'vacuum analyze',
];

async function transaction(client: pg.PoolClient): Promise<void> {
  const pick = (most: number) => 1 + Math.floor(Math.random() * most);
  const [account, teller, branch, delta] = [pick(scale * 100_000), pick(scale * 10), pick(scale), pick(10_001) - 5_001];
  const step = (name: string, text: string, values: number[]) => client.query({ name, text, values });
  await client.query('begin');
  await step('a', 'update pgbench_accounts set abalance = abalance + $1 where aid = $2', [delta, account]);
  await step('s', 'select abalance from pgbench_accounts where aid = $1', [account]);
  await step('t', 'update pgbench_tellers set tbalance = tbalance + $1 where tid = $2', [delta, teller]);
  await step('b', 'update pgbench_branches set bbalance = bbalance + $1 where bid = $2', [delta, branch]);
  await step('h', 'insert into pgbench_history (tid, bid, aid, delta, mtime) values ($1, $2, $3, $4, now())', [
    teller,
    branch,
    account,
    delta,
  ]);
  await client.query('commit');
}
