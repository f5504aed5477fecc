import { parseArgs } from 'node:util';
import { print, type Report, save } from './measure.ts';

/** Loaded by name, so that one benchmark does not pay for the imports of another. */
const benches: Record<string, { about: string; run: (rounds: number) => Promise<Report> }> = {
  ledger: {
    about: 'postings a second, one by one over gRPC and in batches, beside TPC-B on the same PostgreSQL',
    run: async (rounds) => (await import('./ledger/ledger.ts')).benchLedger(rounds),
  },
  events: {
    about: 'from a commit to its effect in another service over Kafka, and how fast a backlog drains',
    run: async (rounds) => (await import('./events/events.ts')).benchEvents(rounds),
  },
  rpc: {
    about: 'CPU of a unary gRPC call with token check and validation, beside bare grpc-js',
    run: async (rounds) => (await import('./rpc/rpc.ts')).benchRpc(rounds),
  },
  start: {
    about: 'warm start to the first page, and memory of the idle platform',
    run: async (rounds) => (await import('./start.ts')).benchStart(rounds),
  },
  web: {
    about: 'compressed bytes a browser loads before the first page shows',
    run: async () => (await import('./web.ts')).benchWeb(),
  },
};

const usage = `Usage: npm run bench -- NAME [--json FILE] [--rounds N]\n${Object.entries(benches)
  .map(([name, { about }]) => `  ${name.padEnd(8)}${about}`)
  .join('\n')}\n`;

async function main(): Promise<number> {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse();
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n${usage}`);
    return 2;
  }
  const { values, positionals } = parsed;
  const [name = ''] = positionals;
  const bench = Object.hasOwn(benches, name) ? benches[name] : undefined;
  const rounds = Number(values.rounds);
  if (!bench || positionals.length !== 1 || !Number.isInteger(rounds) || rounds < 1 || rounds > 100) {
    process.stderr.write(name && !bench ? `There is no benchmark "${name}".\n${usage}` : usage);
    return 2;
  }
  const report = await bench.run(rounds);
  print(report);
  if (values.json) await save(values.json, report);
  return 0;
}

function parse() {
  return parseArgs({
    allowPositionals: true,
    options: { json: { type: 'string' }, rounds: { type: 'string', default: '5' } },
  });
}

process.exitCode = await main();
