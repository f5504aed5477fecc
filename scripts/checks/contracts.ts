import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { run, runBin } from '../process.ts';
import { type Check, outcomeOf } from './check.ts';

export const contractLint: Check = {
  name: 'contracts follow the style guide (buf lint)',
  async run(root) {
    return outcomeOf(await runBin('buf', ['lint'], { root }));
  },
};

export const rpcPolicies: Check = {
  name: 'every RPC declares who may call it',
  async run(root) {
    return outcomeOf(await run(process.execPath, ['proto/scripts/check-policies.ts'], { cwd: root }));
  },
};

export const contractCompatibility: Check = {
  name: 'contracts stay compatible with main (buf breaking)',
  async run(root) {
    const base = await firstRefWithContracts(root, ['origin/main', 'main']);
    if (base === undefined) return { status: 'skipped', output: 'the main branch has no contracts yet' };
    const before = await mkdtemp(path.join(os.tmpdir(), 'finflow-contracts-'));
    try {
      const archive = path.join(before, 'contracts.tar');
      const tree = path.join(before, 'tree');
      await mkdir(tree);
      const wanted = ['archive', '--output', archive, base, 'buf.yaml', 'proto'];
      for (const [command, args] of [['git', wanted] as const, ['tar', ['-xf', archive, '-C', tree]] as const]) {
        const step = await run(command, args, { cwd: root });
        if (step.exitCode !== 0) return outcomeOf(step);
      }
      return outcomeOf(await runBin('buf', ['breaking', '--against', tree], { root }));
    } finally {
      await rm(before, { recursive: true, force: true });
    }
  },
};

export const eventCompatibility: Check = {
  name: 'event schemas read what any version on main wrote (Avro)',
  async run(root) {
    const finished = await run(process.execPath, ['proto/scripts/check-events.ts'], { cwd: root });
    const reason = /^skipped: (.*)/.exec(finished.output)?.[1];
    return reason === undefined ? outcomeOf(finished) : { status: 'skipped', output: reason };
  },
};

async function firstRefWithContracts(root: string, refs: readonly string[]): Promise<string | undefined> {
  for (const ref of refs) {
    const contracts = await run('git', ['ls-tree', '--name-only', ref, 'buf.yaml', 'proto/finflow'], { cwd: root });
    if (
      contracts.exitCode === 0 &&
      contracts.output.includes('buf.yaml') &&
      contracts.output.includes('proto/finflow')
    ) {
      return ref;
    }
  }
  return undefined;
}
