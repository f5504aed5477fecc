import { runProgram } from '@finflow/chassis/program';
import { runSuite, subjects, suiteProgram } from './src/conformance/suite.ts';

// npm run conformance
await runProgram(async () => {
  const suite = suiteProgram();
  for (const subject of subjects) {
    const { report, passed, cases, casesPassed, knownFailing } = await runSuite(suite, subject);
    if (!passed) process.stdout.write(report);
    const verdict = passed ? 'ok' : 'FAILED';
    process.stdout.write(
      `${subject.name}: ${verdict}, ${cases} cases, ${casesPassed} passed, ${knownFailing} known to fail ` +
        `(reasons: e2e/src/conformance/${subject.name}-known-*.txt)\n`,
    );
    if (!passed) process.exitCode = 1;
  }
});
