import { expect, test } from '@jest/globals';
import { Endings } from '../../src/faults/cluster/endings.ts';

test('a process that was killed may end once; another end is one by itself', () => {
  const endings = new Endings();
  endings.killed('auth');
  endings.ended('auth', 'was ended by SIGKILL');
  expect(endings.takeUnexplained()).toEqual([]);
  endings.ended('auth', 'was ended by SIGKILL');
  expect(endings.takeUnexplained()).toEqual(['auth was ended by SIGKILL']);
  expect(endings.takeUnexplained()).toEqual([]);
});

test('a kill explains no other end and nobody else’s', () => {
  const endings = new Endings();
  endings.killed('auth');
  endings.ended('auth', 'ended with exit code 1');
  endings.ended('payments', 'payments was ended by SIGKILL before it had started.');
  expect(endings.takeUnexplained()).toEqual([
    'auth ended with exit code 1',
    'payments was ended by SIGKILL before it had started.',
  ]);
});
