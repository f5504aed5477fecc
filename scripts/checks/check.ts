/** What one check found. `output` is shown when it failed, and as the reason when it was skipped. */
export interface Outcome {
  readonly status: 'ok' | 'failed' | 'skipped';
  readonly output: string;
}

export interface Check {
  readonly name: string;
  run(root: string): Promise<Outcome>;
}

/** The outcome of a program: it failed when its exit code is not 0. */
export function outcomeOf(finished: { exitCode: number; output: string }): Outcome {
  return { status: finished.exitCode === 0 ? 'ok' : 'failed', output: finished.output };
}

/** The outcome of a list of complaints: none means ok. */
export function outcomeOfProblems(problems: readonly string[]): Outcome {
  return { status: problems.length === 0 ? 'ok' : 'failed', output: problems.map((line) => `${line}\n`).join('') };
}
