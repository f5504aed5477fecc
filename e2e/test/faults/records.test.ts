import { expect, test } from '@jest/globals';
import { consumerGroups, unread } from '../../src/faults/check/records.ts';

const lag = (group: string, partition: number, records: number) => ({
  group,
  topic: 'payment_failed',
  partition,
  records,
});

test('records that a group has not committed keep everything from agreeing', () => {
  expect(unread([lag('accounting', 0, 2), lag('accounting', 1, 1), lag('analytics', 0, 0)])).toEqual([
    { kind: 'wrong', what: 'accounting has not committed 3 records' },
  ]);
  expect(unread([lag('accounting', 0, 0)])).toEqual([]);
});

test('every declared consumer is asked for its own topics', () => {
  expect(consumerGroups.map(({ group }) => group).sort()).toEqual(['accounting', 'analytics']);
  expect(consumerGroups.find(({ group }) => group === 'analytics')?.topics).not.toContain('payment_failed');
});
