import { parseArgs } from 'node:util';
import { killRun } from './src/kill-run.ts';

// npm run kill-test -- [--kills N] [--seed N] [--users N]
const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '50' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
    users: { type: 'string', default: '4' },
  },
});
const [kills, seed, users] = [Number(values.kills), Number(values.seed), Number(values.users)];
if (![kills, seed, users].every((value) => Number.isInteger(value) && value >= 1)) {
  process.stderr.write('--kills, --seed and --users must be whole numbers of at least 1.\n');
  process.exit(2);
}
process.stdout.write(`seed ${seed}\n`);
try {
  const result = await killRun({ kills, seed, users, report: (line) => process.stdout.write(`${line}\n`) });
  process.stdout.write(
    `${result.kills} kills, ${result.acknowledged} acknowledged, ${result.retries} retried, 0 lost, 0 doubled, books balanced\n`,
  );
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
}
