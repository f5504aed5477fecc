import { UsageError } from '@finflow/chassis/commands/usage-error';
import { expect, test } from '@jest/globals';
import { parseLocalRebuild } from '../src/rebuild-options.ts';

test.each<[string, ReturnType<typeof parseLocalRebuild>]>([
  ['analytics --swap', { local: false, rest: ['analytics', '--swap'] }],
  ['analytics --local --swap', { local: { dataDir: undefined }, rest: ['analytics', '--swap'] }],
  ['--data books analytics --local', { local: { dataDir: 'books' }, rest: ['analytics'] }],
  ['--local --data=books --organization X', { local: { dataDir: 'books' }, rest: ['--organization', 'X'] }],
  ['--nope --local', { local: { dataDir: undefined }, rest: ['--nope'] }],
])('%j', (line, expected) => {
  expect(parseLocalRebuild(line.split(' '))).toEqual(expected);
});

test.each([
  ['--data books', '--data goes with --local.'],
  ['--local --data', '--data needs a value.'],
  ['--local --data=', '--data needs a value.'],
  ['--local=yes', '--local takes no value.'],
])('%j is refused', (line, sentence) => {
  expect(() => parseLocalRebuild(line.split(' '))).toThrow(new UsageError(sentence));
});
