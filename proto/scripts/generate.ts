// Writes proto/gen from the contracts. With --check it writes nothing, and fails naming each file that differs.
//
// Files are made elsewhere and only those that changed are replaced: emptying the folder first would break, for
// a second, whatever runs from it, and would restart watchers over nothing.
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runBuf } from './compile.ts';
import { renderEvents } from './generate-events.ts';

const root = join(import.meta.dirname, '../..');
const target = join(root, 'proto/gen');

/** Every generated file and its text, by path below `proto/gen`. */
function generate(): Map<string, string> {
  const scratch = mkdtempSync(join(tmpdir(), 'finflow-proto-'));
  try {
    runBuf(root, ['generate', '-o', scratch]);
    const files = readAll(join(scratch, 'proto/gen'));
    for (const [name, text] of renderEvents(join(root, 'proto/events'))) files.set(join('events', name), text);
    return files;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function readAll(directory: string): Map<string, string> {
  return new Map(
    globSync('**/*.ts', { cwd: directory }).map((path) => [path, readFileSync(join(directory, path), 'utf8')]),
  );
}

const wanted = generate();
const present = readAll(target);
const changed = [...wanted].filter(([path, text]) => present.get(path) !== text);
const stale = [...present.keys()].filter((path) => !wanted.has(path));

if (process.argv.includes('--check')) {
  const differing = [...changed.map(([path]) => path), ...stale].sort();
  for (const path of differing) console.error(`proto/gen/${path} is not what the contracts say: run npm run generate`);
  process.exitCode = differing.length > 0 ? 1 : 0;
} else {
  for (const [path, text] of changed) {
    mkdirSync(dirname(join(target, path)), { recursive: true });
    writeFileSync(join(target, path), text);
  }
  for (const path of stale) rmSync(join(target, path));
  console.log(`proto/gen: ${changed.length} written, ${stale.length} removed, ${wanted.size - changed.length} current`);
}
