import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeWithData } from '@finflow/chassis/database/embedded-data-dir';
import { EmbeddedServer } from '@finflow/chassis/database/embedded-server';
import { figure, type Report, ratio } from '../measure.ts';
import { prepareBooks } from './books.ts';
import { tpcb } from './tpcb.ts';

const secondsARound = 6;

/** A small server of its own, durable as in production; the rounds of the three ways take turns on it. */
export async function benchLedger(rounds: number): Promise<Report> {
  const folder = await mkdtemp(join(tmpdir(), 'finflow-bench-'));
  const server = new EmbeddedServer({
    dataDir: join(folder, 'postgres'),
    durable: true,
    settings: { shared_buffers: '512MB', max_connections: 120, max_wal_size: '4GB' },
  });
  try {
    await server.start();
    process.stderr.write('Making the yardstick’s five million accounts …\n');
    await server.asSuperuser((client) => client.query('create database tpcb'));
    const yardstick = await tpcb(server.superuserUrl('tpcb'));
    const books = await prepareBooks(server);
    const [plain, single, batch]: [number[], number[], number[]] = [[], [], []];
    try {
      // One round unmeasured: plans, caches and the compiler's code are as after minutes of work.
      await books.postOneByOne(2);
      await books.postBatches(2);
      for (let round = 1; round <= rounds; round++) {
        process.stderr.write(`Round ${round} of ${rounds} …\n`);
        plain.push(await yardstick.measure(secondsARound));
        single.push(await books.postOneByOne(secondsARound));
        batch.push(await books.postBatches(secondsARound));
      }
      const tps = figure(yardstick.name, 'tx/s', plain);
      const ones = figure('single postings over gRPC, 32 clients', 'postings/s', single);
      const thousands = figure('set-based postings, batches of 1,000', 'postings/s', batch);
      return {
        bench: 'ledger',
        figures: [tps, ones, thousands, ratio('single / TPC-B', ones, tps), ratio('batch / TPC-B', thousands, tps)],
        checks: await books.check(),
      };
    } finally {
      await books.close();
      await yardstick.close();
    }
  } finally {
    await server.stop();
    await removeWithData(folder);
  }
}
