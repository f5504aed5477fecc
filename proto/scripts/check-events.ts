// Fails naming each event schema that could not read what any version of it on the main branch wrote.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { incompatibility } from './event-evolution.ts';

const root = join(import.meta.dirname, '../..');

function git(...args: string[]): string {
  return execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
}

/** The main branch, when there is a repository and a schema of `events` on it. */
function branchWithEvents(): string | undefined {
  return ['origin/main', 'main'].find((ref) => {
    try {
      return schemasOn(ref).length > 0;
    } catch {
      return false;
    }
  });
}

function schemasOn(ref: string): string[] {
  return git('ls-tree', '-r', '--name-only', ref, '--', 'proto/events')
    .split('\n')
    .filter((path) => path.endsWith('.avsc'));
}

/** Every version of `path` that was ever on `ref`. */
function versionsOn(ref: string, path: string): string[] {
  const commits = git('log', '--format=%H', '--diff-filter=AM', ref, '--', path).split('\n').filter(Boolean);
  return commits.map((commit) => git('show', `${commit}:${path}`));
}

const base = branchWithEvents();
if (base === undefined) {
  console.log('skipped: the main branch has no event schema yet');
} else {
  for (const path of schemasOn(base)) {
    const present = existsSync(join(root, path));
    const problem = present
      ? incompatibility(
          JSON.parse(readFileSync(join(root, path), 'utf8')),
          versionsOn(base, path).map((text) => JSON.parse(text)),
        )
      : 'a topic that others consume cannot just go';
    if (problem === undefined) continue;
    console.error(`${path}: ${problem}`);
    process.exitCode = 1;
  }
}
