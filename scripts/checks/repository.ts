import { existsSync, readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { run } from '../process.ts';
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

export const documentLinks: Check = {
  name: 'links between documents lead somewhere',
  async run(root) {
    const tracked = await run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '*.md'], {
      cwd: root,
    });
    const problems = tracked.output
      .split('\0')
      .filter((document) => document !== '' && existsSync(path.join(root, document)))
      .flatMap((document) => brokenLinks(root, document).map((link) => `${document}: ${link} does not exist`));
    return outcomeOfProblems(problems);
  },
};

/** The relative links of a Markdown file that lead to no file or folder. */
export function brokenLinks(root: string, document: string): string[] {
  const text = readFileSync(path.join(root, document), 'utf8').replaceAll(/```[\s\S]*?```/g, '');
  return [...text.matchAll(/\]\(([^)\s#]+)[^)]*\)/g)]
    .map(([, link = '']) => link)
    .filter((link) => !/^[a-z]+:/.test(link))
    .filter((link) => !existsSync(path.join(root, path.dirname(document), decodeURI(link))));
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
