/** The part of Jest's JSON report that the sum is made of. */
export interface JestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  /** Files that could not be loaded: their tests are unknown, so each counts as one failure. */
  readonly numRuntimeErrorTestSuites: number;
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly ancestorTitles: readonly string[]; readonly status: string }[];
  }[];
}

export interface Totals {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Sums the reports of all runs; a run that left no report (`undefined`) counts as one failure. */
export function sumReports(reports: readonly (JestReport | undefined)[]): Totals {
  let [passed, failed, skipped] = [0, 0, 0];
  for (const report of reports) {
    passed += report?.numPassedTests ?? 0;
    failed += report === undefined ? 1 : report.numFailedTests + report.numRuntimeErrorTestSuites;
    skipped += (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0);
  }
  return { passed, failed, skipped };
}

/** A suite that a machine cannot run says in its name what it needs: `over Kafka (needs Java 17 or newer and Maven 3)`. */
const NEEDS = /^(.+) \(needs (.+)\)$/;

/** What was left out and why, a line for each thing that the machine lacks; none when nothing was. */
export function leftOutLines(reports: readonly (JestReport | undefined)[]): string[] {
  const suites = new Map<string, Map<string, number>>();
  for (const { assertionResults } of reports.flatMap((report) => report?.testResults ?? [])) {
    for (const { ancestorTitles, status } of assertionResults) {
      const [, suite, needed] = NEEDS.exec(ancestorTitles[0] ?? '') ?? [];
      if (status !== 'pending' || suite === undefined || needed === undefined) continue;
      const counts = suites.get(needed) ?? new Map<string, number>();
      suites.set(needed, counts.set(suite, (counts.get(suite) ?? 0) + 1));
    }
  }
  return [...suites].map(([needed, counts]) => {
    const list = [...counts].map(([suite, count]) => `${suite} (${count} tests)`);
    return `Left out, because this machine lacks ${needed}: ${list.join(', ')}.`;
  });
}

/** The last line of `npm test`. */
export function totalsLine({ passed, failed, skipped }: Totals): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}
