import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { type Check, outcomeOfProblems } from './check.ts';

export const lockIsPortable: Check = {
  name: 'the lock file names no registry',
  async run(root) {
    const lock = await readFile(path.join(root, 'package-lock.json'), 'utf8');
    return outcomeOfProblems(
      registryAddresses(lock).map((place) => `package-lock.json: ${place} has a resolved address`),
    );
  },
};

/** The entries of an npm lock file that are bound to the registry they came from. */
export function registryAddresses(lock: string): string[] {
  const { packages } = JSON.parse(lock) as { packages: Record<string, { resolved?: string }> };
  return Object.entries(packages)
    .filter(([, entry]) => entry.resolved !== undefined && /^(https?|git\+\w+):/.test(entry.resolved))
    .map(([place]) => place);
}

export const everyPartHasReadme: Check = {
  name: 'every part has a README',
  async run(root) {
    const services = (await readdir(path.join(root, 'services'), { withFileTypes: true }))
      .filter((entry) => entry.isDirectory())
      .map((entry) => `services/${entry.name}`);
    const parts = ['.', 'proto', ...services, 'web', 'e2e', 'bench', 'scripts'];
    return outcomeOfProblems(
      parts
        .filter((part) => !existsSync(path.join(root, part, 'README.md')))
        .map(
          (part) => `${part}/README.md is missing: what it is, how to run it, how it is tested, where to start reading`,
        ),
    );
  },
};
