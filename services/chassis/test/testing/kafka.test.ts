import { expect, test } from '@jest/globals';
import { suitesOverKafka } from '../../src/testing/kafka.ts';

test('suites over Kafka run where Java and Maven are', () => {
  expect(suitesOverKafka([], 'true')).toBe('run');
  expect(suitesOverKafka([], undefined)).toBe('run');
});

test('without them they are left out, except where CI is set: there they fail', () => {
  expect(suitesOverKafka(['Maven 3'], undefined)).toBe('left out');
  expect(suitesOverKafka(['Maven 3'], 'false')).toBe('left out');
  expect(suitesOverKafka(['Maven 3'], 'true')).toBe('fail');
});
