import { runBin } from '../process.ts';
import { type Check, outcomeOf } from './check.ts';

/** Folders whose imports are governed; those that do not exist yet in a fixture are left out by the caller. */
export const GOVERNED = ['proto', 'services', 'web/src', 'e2e', 'bench', 'scripts'];

export const formatAndLint: Check = {
  name: 'format and lint (biome)',
  async run(root) {
    return outcomeOf(
      await runBin('biome', ['ci', '--colors=off', '--error-on-warnings', '--max-diagnostics=50'], { root }),
    );
  },
};

export const importRules: Check = {
  name: 'imports go one way (dependency-cruiser)',
  async run(root) {
    return outcomeOf(await runBin('depcruise', ['--config', '.dependency-cruiser.cjs', ...GOVERNED], { root }));
  },
};

export const types: Check = {
  name: 'types (tsc)',
  async run(root) {
    return outcomeOf(await runBin('tsc', ['--project', 'tsconfig.json', '--pretty', 'false'], { root }));
  },
};

export const webTypes: Check = {
  name: 'types and templates of the web app (ngc)',
  async run(root) {
    return outcomeOf(await runBin('ngc', ['--project', 'web/tsconfig.app.json', '--noEmit'], { root }));
  },
};

export const webTestTypes: Check = {
  name: "types of the web app's tests (tsc)",
  async run(root) {
    const args = ['--project', 'web/tsconfig.spec.json', '--noEmit', '--pretty', 'false'];
    return outcomeOf(await runBin('tsc', args, { root }));
  },
};
