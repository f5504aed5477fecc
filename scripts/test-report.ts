/** The part of Jest's JSON report that the sum is made of. */
export interface JestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  /** Files that could not be loaded: their tests are unknown, so each counts as one failure. */
  readonly numRuntimeErrorTestSuites: number;
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

/** The last line of `npm test`. */
export function totalsLine({ passed, failed, skipped }: Totals): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}
