import { cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { run } from '../process.ts';
import type { Check } from './check.ts';

/**
 * Regenerates in a copy of the contracts and compares with what is committed: the working tree stays as it is,
 * whatever happens to the check, and other checks can read it meanwhile.
 */
export const generatedFilesAreCurrent: Check = {
  name: 'generated files are current',
  async run(root) {
    const copy = await mkdtemp(path.join(os.tmpdir(), 'finflow-generate-'));
    try {
      for (const name of ['buf.yaml', 'buf.gen.yaml', 'package.json', 'biome.json', '.gitignore', 'scripts']) {
        await cp(path.join(root, name), path.join(copy, name), { recursive: true });
      }
      const generated = path.join(root, 'proto', 'gen');
      await cp(path.join(root, 'proto'), path.join(copy, 'proto'), {
        recursive: true,
        filter: (source) => source !== generated,
      });
      await symlink(path.join(root, 'node_modules'), path.join(copy, 'node_modules'));
      const generation = await run(process.execPath, ['scripts/generate.ts'], { cwd: copy });
      if (generation.exitCode !== 0) return { status: 'failed', output: generation.output };
      const comparison = await run(
        'git',
        ['diff', '--no-index', '--stat', generated, path.join(copy, 'proto', 'gen')],
        {
          cwd: root,
        },
      );
      if (comparison.exitCode === 0) return { status: 'ok', output: '' };
      return { status: 'failed', output: `Run \`npm run generate\` and commit the result.\n${comparison.output}` };
    } finally {
      await rm(copy, { recursive: true, force: true });
    }
  },
};
