// Run while the services' image is built: `node scripts/images/build/services.ts FOLDER`. Gathers below FOLDER what the
// programs can load and nothing else, and the bill of materials of it: packages/ and programs/ are a layer each.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { loadedByName, programs } from '../programs.ts';
import { type Component, component, imageBom, lockedBom, packageName } from './bill-of-materials.ts';
import { buildTime, versionOf } from './inputs.ts';
import { RootFolder } from './root-folder.ts';
import { filesOf } from './trace.ts';

const WORKSPACES = ['auth', 'payments', 'accounting', 'analytics', 'chassis', 'local'].map(
  (name) => `services/${name}`,
);

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('Name the folder to fill.');
const root = process.cwd();
const files = await filesOf(root, [...programs, ...loadedByName]);
const packages = new RootFolder(path.join(folder, 'packages'));
const ours = new RootFolder(path.join(folder, 'programs'));
for (const file of files) {
  const layer = file.startsWith('node_modules/') ? packages : ours;
  await layer.copy(path.join(root, file), path.join('app', file));
}

const used = await packagesOf(files);
const bom = lockedBom(root, WORKSPACES);
const contains = (component: Component) => used.has(`${packageName(component)}@${component.version}`);
const others = [component(`pkg:generic/node@${process.versions.node}`, 'MIT')];
const version = await versionOf(root);
await ours.write(
  'sbom.cdx.json',
  imageBom({ name: 'finflow/services', version, bom, contains, others, seconds: buildTime }),
);
// Without the commit's time, so that the layer stays while its packages do: a new version is pulled in 2 MB.
await packages.settle(0);
await ours.settle(buildTime);
process.stdout.write(`${files.length} files of ${used.size} packages\n`);

/** `name@version` of each package that a file is of. */
async function packagesOf(files: readonly string[]): Promise<Set<string>> {
  const found = new Set<string>();
  for (const file of files.filter((name) => path.basename(name) === 'package.json')) {
    const { name, version } = JSON.parse(await readFile(path.join(root, file), 'utf8'));
    // Folders inside a package say only of which kind their modules are.
    if (name !== undefined && version !== undefined) found.add(`${name}@${version}`);
  }
  return found;
}
