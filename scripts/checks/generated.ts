import { madeFiles } from '../charts/chart-files.ts';
import { stale } from '../charts/stale.ts';
import { run } from '../process.ts';
import { type Check, outcomeOf, outcomeOfProblems } from './check.ts';

/** Regenerates elsewhere and compares: the working tree stays as it is, and other checks can read it meanwhile. */
export const generatedFilesAreCurrent: Check = {
  name: 'generated files are current',
  async run(root) {
    return outcomeOf(await run(process.execPath, ['proto/scripts/generate.ts', '--check'], { cwd: root }));
  },
};

/** What needs no helm of `npm run charts -- check`. */
export const chartFilesAreCurrent: Check = {
  name: 'chart READMEs and schemas are current',
  async run(root) {
    const old = await stale(root, await madeFiles(root));
    return outcomeOfProblems(old.map(({ path }) => `${path} is not current: run \`npm run charts -- generate\``));
  },
};
