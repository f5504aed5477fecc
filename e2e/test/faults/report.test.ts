import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { catalogue } from '../../src/faults/catalogue/index.ts';
import { addToReport } from '../../src/faults/report.ts';
import type { FaultResult } from '../../src/faults/result.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'finflow-report-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

function result(overrides: Partial<FaultResult>): FaultResult {
  return {
    ...{ fault: 'kill-auth', about: 'kill -9 of auth', seed: 1, date: '2026-01-31', machine: 'a machine' },
    ...{ versions: 'some versions', requests: 10, acknowledged: 9, again: 1, events: 12, recoverySeconds: 1.25 },
    ...{ lost: 0, doubled: 0, reordered: 0, wrong: 0, notes: {}, findings: [] },
    ...overrides,
  };
}

test('runs add up to one table, a later run of the same fault and seed in the place of the earlier one', async () => {
  const file = join(folder, 'reliability.md');
  await addToReport(file, result({ fault: 'kill-payments', seed: 2 }), catalogue);
  await addToReport(file, result({ acknowledged: 1 }), catalogue);
  await addToReport(file, result({ acknowledged: 77, notes: { drain: '5 × the inflow' } }), catalogue);
  await addToReport(file, result({ fault: 'no longer there' }), catalogue);
  const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line.includes('npm run faults -- '));
  expect(lines).toEqual([
    '| kill -9 of auth | 10 | 77 | 1 | 12 | 0 | 0 | 0 | 0 | 1.3 | `npm run faults -- kill-auth --seed 1` |',
    '| kill -9 of auth | 10 | 9 | 1 | 12 | 0 | 0 | 0 | 0 | 1.3 | `npm run faults -- kill-payments --seed 2` |',
  ]);
});
