import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { transactionsCsv } from '../src/synthetic/csv.ts';
import { generateTransactions } from '../src/synthetic/transactions.ts';

/** Writes synthetic transactions as CSV, to a file or to standard output. */
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: 'finflow-1' },
    organizations: { type: 'string', default: '20' },
    months: { type: 'string', default: '12' },
    from: { type: 'string', default: '2024-01' },
    out: { type: 'string' },
  },
});

const transactions = generateTransactions({
  seed: values.seed,
  organizations: Number(values.organizations),
  months: Number(values.months),
  firstMonth: values.from,
});
await pipeline(
  Readable.from(transactionsCsv(transactions)),
  values.out ? createWriteStream(values.out) : process.stdout,
);
