import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Fault } from '../../src/faults/fault.ts';
import { addToReport } from '../../src/faults/report.ts';
import type { FaultResult } from '../../src/faults/result.ts';

let folder: string;

const catalogue: Fault[] = [
  { name: 'kill-auth', about: 'kill -9 of auth', run: async () => undefined },
  { name: 'kill-payments', about: 'kill -9 of payments', run: async () => undefined },
];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'finflow-report-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

function result(overrides: Partial<FaultResult>): FaultResult {
  return {
    ...{ fault: 'kill-auth', about: 'kill -9 of auth', seed: 1, date: '2026-01-31', machine: 'a machine' },
    commit: 'c0ffee',
    ...{ versions: 'some versions', requests: 10, acknowledged: 9, again: 1, events: 12, recoverySeconds: 1.25 },
    ...{ lost: 0, doubled: 0, reordered: 0, wrong: 0, notes: {}, findings: [] },
    ...overrides,
  };
}

async function rows(file: string): Promise<string[]> {
  return (await readFile(file, 'utf8')).split('\n').filter((line) => line.includes('npm run faults -- '));
}

test('runs add up to one table, a later run of the same fault and seed in the place of the earlier one', async () => {
  const file = join(folder, 'reliability.md');
  await addToReport(file, result({ fault: 'kill-payments', about: 'kill -9 of payments', seed: 2 }), catalogue);
  await addToReport(file, result({ acknowledged: 1 }), catalogue);
  expect(await addToReport(file, result({ acknowledged: 77, notes: { drain: '5 × the inflow' } }), catalogue)).toEqual(
    [],
  );
  expect(await rows(file)).toEqual([
    '| kill -9 of auth | 10 | 77 | 1 | 12 | 0 | 0 | 0 | 0 | 1.3 | `npm run faults -- kill-auth --seed 1` | c0ffee |',
    '| kill -9 of payments | 10 | 9 | 1 | 12 | 0 | 0 | 0 | 0 | 1.3 | `npm run faults -- kill-payments --seed 2` | c0ffee |',
  ]);
});

test('a result that found something is not replaced without a word', async () => {
  const file = join(folder, 'failed.md');
  await addToReport(file, result({ lost: 1, findings: ['lost: an invoice'] }), catalogue);
  expect(await addToReport(file, result({ commit: 'later' }), catalogue)).toEqual([
    `${file} replaces a result of commit c0ffee that found: lost: an invoice`,
  ]);
});

test('results of a fault that is another one now are dropped, because nobody could repeat them', async () => {
  const file = join(folder, 'changed.md');
  await addToReport(file, result({ seed: 2 }), catalogue);
  const changed = [{ ...catalogue[0]!, about: 'kill -9 of auth, twice' }];
  expect(await addToReport(file, result({ about: 'kill -9 of auth, twice' }), changed)).toEqual([
    `${file} drops kill-auth seed 2, which is no longer what was run: kill -9 of auth`,
  ]);
  expect(await rows(file)).toHaveLength(1);
});
