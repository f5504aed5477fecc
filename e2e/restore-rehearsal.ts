import { parseArgs } from 'node:util';
import { rehearse } from './src/restore/rehearsal.ts';

// npm run restore-rehearsal -- [--seconds N] [--seed N] [--users N] [--kafka]
const { values } = parseArgs({
  options: {
    kafka: { type: 'boolean', default: false },
    seconds: { type: 'string', default: '5' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
    users: { type: 'string', default: '3' },
  },
});
const [seconds, seed, users] = [Number(values.seconds), Number(values.seed), Number(values.users)];
if (![seconds, seed, users].every((value) => Number.isInteger(value) && value >= 1)) {
  process.stderr.write('--seconds, --seed and --users must be whole numbers of at least 1.\n');
  process.exit(2);
}
const startedAt = performance.now();
const report = (line: string) =>
  process.stdout.write(`${((performance.now() - startedAt) / 1000).toFixed(1).padStart(6)} s  ${line}\n`);
report(`seed ${seed}`);
try {
  await rehearse({ users, seed, workMs: seconds * 1000, kafka: values.kafka, report });
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
}
