import { expect, test } from '@jest/globals';
import { rehearse } from '../src/restore/rehearsal.ts';

const seed = Math.floor(Math.random() * 2 ** 31);

test(`a platform restored from its backup has the same books (seed ${seed})`, async () => {
  const told: string[] = [];
  await rehearse({ users: 1, seed, workMs: 1_000, kafka: false, report: (line) => told.push(line) });
  expect(told.filter((line) => line.includes('the same to the last line'))).toHaveLength(2);
}, 300_000);
