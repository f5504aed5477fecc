import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { withLock } from './lock.mjs';
import { run } from './process.ts';

const INPUTS = ['web', 'proto/gen', 'package-lock.json'];
const NOT_INPUTS = new Set(['node_modules', 'dist', '.angular', 'coverage', 'README.md']);
const repositoryRoot = path.dirname(import.meta.dirname);

/**
 * Builds the web app into web/dist unless what is there was built from exactly these sources. Their content decides,
 * not their times: a fresh clone gives every file the same time.
 * Resolves with whether it built; rejects with the compiler's words when the build fails.
 */
export async function ensureWebBuilt(root: string = repositoryRoot): Promise<boolean> {
  const marker = path.join(root, 'web', 'dist', '.inputs');
  const isCurrent = async (): Promise<boolean> =>
    existsSync(marker) && (await readFile(marker, 'utf8')) === (await hashOf(root, INPUTS));
  if (await isCurrent()) return false;
  const onWait = (): void => say('Another process is building the web app; waiting for it.');
  return withLock(path.join(root, '.finflow-web-build.lock'), { onWait }, async () => {
    if (await isCurrent()) return false;
    const started = performance.now();
    say('Building the web app: once after a change, about 20 seconds.');
    const inputs = await hashOf(root, INPUTS);
    const build = await run('npm', ['run', 'build', '--workspace', 'web'], { cwd: root });
    if (build.exitCode !== 0) throw new Error(`The web app does not build:\n${build.output}`);
    await writeFile(marker, inputs);
    say(`Built the web app in ${((performance.now() - started) / 1000).toFixed(1)} s.`);
    return true;
  });
}

async function hashOf(root: string, places: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const file of (await Promise.all(places.map((place) => filesOf(root, place)))).flat()) {
    hash
      .update(`${file}\0`)
      .update(await readFile(path.join(root, file)))
      .update('\0');
  }
  return hash.digest('hex');
}

async function filesOf(root: string, place: string): Promise<string[]> {
  if (path.extname(place) !== '') return [place];
  const entries = await readdir(path.join(root, place), { withFileTypes: true });
  const wanted = entries.filter(({ name }) => !NOT_INPUTS.has(name)).sort((a, b) => (a.name < b.name ? -1 : 1));
  const nested = wanted.map((entry) => {
    const inside = `${place}/${entry.name}`;
    return entry.isDirectory() ? filesOf(root, inside) : [inside];
  });
  return (await Promise.all(nested)).flat();
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
