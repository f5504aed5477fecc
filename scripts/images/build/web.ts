// Run while the web image is built: `node scripts/images/build/web.ts FOLDER LAUNCHER`. Gathers below FOLDER the built app,
// nginx with exactly the libraries it needs, its configuration, and the bill of materials.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, realpath } from 'node:fs/promises';
import path from 'node:path';
import { type Component, component, imageBom, lockedBom, packageName } from './bill-of-materials.ts';
import { buildTime, versionOf } from './inputs.ts';
import { RootFolder } from './root-folder.ts';

const NGINX = '/usr/sbin/nginx';
const BROTLI = '/usr/lib/nginx/modules/ngx_http_brotli_static_module.so';
const [folder, launcher] = process.argv.slice(2);
if (folder === undefined || launcher === undefined) throw new Error('Name the folder to fill, and the launcher.');

const root = process.cwd();
const image = new RootFolder(folder);
const binaries = [NGINX, BROTLI, ...librariesOf([NGINX, BROTLI, launcher])];
for (const binary of binaries) await image.copyContent(binary, binary);
await image.copyContent(launcher, 'usr/sbin/finflow-web');

await image.copyAll(path.join(root, 'web/dist'), 'srv/web', (name) => !name.startsWith('.'));
for (const name of ['nginx.conf', 'proxied.conf'])
  await image.copy(path.join(root, 'web/server', name), `etc/nginx/${name}`);
const { always, contentSecurityPolicy } = JSON.parse(
  await readFile(path.join(root, 'web/server/headers.json'), 'utf8'),
);
const nonced = contentSecurityPolicy.join('; ').replaceAll('CSP_NONCE', '$request_id');
await image.write(
  'etc/nginx/headers.conf',
  Object.entries(always)
    .map(([name, value]) => header(name, String(value)))
    .join(''),
);
await image.write('etc/nginx/page-headers.conf', header('content-security-policy', nonced));

// Who runs it, where names are looked up, and what a scanner takes the system for.
await image.write('etc/passwd', 'nonroot:x:65532:65532:nonroot:/:/sbin/nologin\n');
await image.write('etc/group', 'nonroot:x:65532:\n');
await image.write('etc/nsswitch.conf', 'hosts: files dns\n');
await image.copyContent('/etc/os-release', 'etc/os-release');
const packages = [...new Set((await Promise.all(binaries.map(packageOf))).flat())].sort();
for (const name of packages) {
  await image.write(`var/lib/dpkg/status.d/${name}`, output('dpkg-query', ['--status', name]));
  const copyright = `/usr/share/doc/${name}/copyright`;
  if (existsSync(copyright)) await image.copyContent(copyright, copyright);
}

const bundled = new Set(
  [...(await readFile(path.join(root, 'web/dist/3rdpartylicenses.txt'), 'utf8')).matchAll(/^Package: (.+)$/gm)].map(
    ([, name]) => name,
  ),
);
await image.write(
  'sbom.cdx.json',
  imageBom({
    name: 'finflow/web',
    version: await versionOf(root),
    bom: lockedBom(root, ['web']),
    contains: (npm: Component) => bundled.has(packageName(npm)),
    others: packages.map((name) => component(purlOf(name))),
    seconds: buildTime,
  }),
);
await image.settle(buildTime);
process.stdout.write(`${binaries.length} binaries of ${packages.join(', ')}\n`);

function output(program: string, args: readonly string[]): string {
  return execFileSync(program, args, { encoding: 'utf8' });
}

/** Also the loader, where each binary looks for it. */
function librariesOf(files: readonly string[]): string[] {
  const found = files.flatMap((file) =>
    [...output('ldd', [file]).matchAll(/(\/\S+) \(0x/g)].map(([, library = '']) => library),
  );
  return [...new Set(found)].sort();
}

/** Debian's packages of today name their files below /usr, and so do those whose files are still named /lib. */
async function packageOf(file: string): Promise<string[]> {
  const names = [file, await realpath(file), (await realpath(file)).replace(/^\/usr/, '')];
  for (const name of names) {
    try {
      const line = execFileSync('dpkg-query', ['--search', name], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      return [line.replace(/:.*/s, '')];
    } catch {
      // Not by this name.
    }
  }
  throw new Error(`No Debian package owns ${file}.`);
}

function purlOf(name: string): string {
  const [version = '', architecture = ''] = output('dpkg-query', [
    '--show',
    '--showformat',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg fills it in
    '${Version} ${Architecture}',
    name,
  ]).split(' ');
  return `pkg:deb/debian/${name}@${encodeURIComponent(version)}?arch=${architecture}&distro=debian-12`;
}

function header(name: string, value: string): string {
  return `add_header ${name} "${value}" always;\n`;
}
