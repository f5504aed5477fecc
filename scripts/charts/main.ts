import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isThere } from '../process.ts';
import { type MadeFile, madeFiles } from './chart-files.ts';
import { problemsOf, renderedFiles } from './checks.ts';
import { crdSchemas } from './crd-schemas.ts';
import { stale } from './stale.ts';

const root = join(import.meta.dirname, '../..');

async function write(files: readonly MadeFile[]): Promise<void> {
  for (const { path, contents } of await stale(root, files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), contents);
    process.stdout.write(`${path}\n`);
  }
}

async function writeSchemas(crds: string, schemas: string): Promise<void> {
  for (const file of await readdir(crds)) {
    for (const { path, schema } of crdSchemas(await readFile(join(crds, file), 'utf8'))) {
      await mkdir(dirname(join(schemas, path)), { recursive: true });
      await writeFile(join(schemas, path), JSON.stringify(schema));
    }
  }
}

const [verb, from, to] = process.argv.slice(2);
const withHelm = await isThere('helm', ['version'], { cwd: root });
if (verb === 'generate') {
  // Templates are rendered with the schema that is made first.
  await write(await madeFiles(root));
  if (withHelm) await write(await renderedFiles(root));
  else process.stdout.write('Without helm the rendered files stay as they are: https://helm.sh/docs/intro/install\n');
} else if (verb === 'check') {
  const problems = withHelm
    ? await problemsOf(root)
    : ['helm is missing: https://helm.sh/docs/intro/install says how it is installed.'];
  for (const problem of problems) process.stdout.write(`${problem}\n`);
  if (problems.length > 0) process.exitCode = 1;
  else process.stdout.write('The charts are current and valid.\n');
} else if (verb === 'schemas' && from && to) {
  await writeSchemas(from, to);
} else {
  process.stderr.write('Usage: npm run charts -- generate|check|schemas CRDS FOLDER\n');
  process.exitCode = 2;
}
