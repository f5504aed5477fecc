import { expect, test } from '@jest/globals';
import { metric } from '../../src/telemetry/metrics.ts';
import { attribute } from '../../src/telemetry/names.ts';
import { documentedMetrics } from './guide.ts';

test('the guide has every metric with its unit, and no other', () => {
  const documented = documentedMetrics().map(({ name, unit }) => ({ name, unit }));
  expect(documented).toEqual(Object.values(metric).map(({ name, unit }) => ({ name, unit })));
});

test('the guide names attributes as they are sent', () => {
  const known: readonly string[] = Object.values(attribute);
  const named = documentedMetrics().flatMap(({ attributes }) => attributes);
  expect(named.length).toBeGreaterThan(Object.keys(metric).length);
  expect(named.filter((name) => !known.includes(name))).toEqual([]);
});
