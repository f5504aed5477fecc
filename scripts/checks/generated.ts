import { run } from '../process.ts';
import { type Check, outcomeOf } from './check.ts';

/** Regenerates elsewhere and compares: the working tree stays as it is, and other checks can read it meanwhile. */
export const generatedFilesAreCurrent: Check = {
  name: 'generated files are current',
  async run(root) {
    return outcomeOf(await run(process.execPath, ['proto/scripts/generate.ts', '--check'], { cwd: root }));
  },
};
