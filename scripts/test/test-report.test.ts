import { describe, expect, test } from '@jest/globals';
import { type JestReport, leftOutLines, sumReports, totalsLine } from '../test-report.ts';

const report = (tests: readonly (readonly [suite: string, status: string])[]): JestReport => ({
  numPassedTests: tests.filter(([, status]) => status === 'passed').length,
  numFailedTests: tests.filter(([, status]) => status === 'failed').length,
  numPendingTests: tests.filter(([, status]) => status === 'pending').length,
  numTodoTests: 0,
  numRuntimeErrorTestSuites: 0,
  testResults: [{ assertionResults: tests.map(([suite, status]) => ({ ancestorTitles: [suite, 'inner'], status })) }],
});

const needy = 'over Kafka (needs Java 17 or newer and Maven 3)';

describe('the report of npm test', () => {
  test('ends with the totals, in which a run without a report is a failure', () => {
    const reports = [report([['money', 'passed']]), report([[needy, 'pending']]), undefined];
    expect(totalsLine(sumReports(reports))).toBe('1 passed, 1 failed, 1 skipped');
  });

  test('says what the machine could not run, and what it lacks', () => {
    const reports = [
      report([
        ['money', 'passed'],
        [needy, 'pending'],
        [needy, 'pending'],
      ]),
      undefined,
    ];
    expect(leftOutLines(reports)).toEqual([
      'Left out, because this machine lacks Java 17 or newer and Maven 3: over Kafka (2 tests).',
    ]);
  });

  test('says nothing when everything ran', () => {
    expect(leftOutLines([report([['over Kafka', 'passed']])])).toEqual([]);
  });
});
