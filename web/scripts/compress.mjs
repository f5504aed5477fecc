// Writes a .br and a .gz beside each text file of the build, so that no server has to compress anything twice, and
// holds what a browser must load before anything shows to its budget: angular.json can only count uncompressed bytes.
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const dist = fileURLToPath(new URL('../dist/', import.meta.url));
const compressible = new Set(['.js', '.css', '.svg', '.json', '.txt', '.webmanifest']);
// Below this the header alone costs more than is saved. index.html is left out: its nonce differs in each reply.
const leastBytes = 1024;
const initialBudgetKb = 150;

async function compress(path) {
  const content = await readFile(path);
  const [br, gz] = await Promise.all([
    promisify(brotliCompress)(content, { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } }),
    promisify(gzip)(content, { level: 9 }),
  ]);
  await Promise.all([writeFile(`${path}.br`, br), writeFile(`${path}.gz`, gz)]);
  return br.length;
}

/** Bytes by brotli of each file, by name; those too small to compress count as they are. */
async function compressAll() {
  const sizes = new Map();
  for (const name of await readdir(dist, { recursive: true })) {
    const path = join(dist, name);
    const { size } = await stat(path);
    if (!compressible.has(extname(name))) continue;
    sizes.set(name, size < leastBytes ? size : await compress(path));
  }
  return sizes;
}

const sizes = await compressAll();
const page = await readFile(join(dist, 'index.html'), 'utf8');
const initial = [...page.matchAll(/(?:src|href)="([^"]+\.(?:js|css))"/g)].map(([, name]) => name);
const initialKb = initial.reduce((sum, name) => sum + sizes.get(name), 0) / 1000;
console.log(`Initial transfer: ${initialKb.toFixed(1)} kB by brotli in ${initial.length} files.`);
if (initialKb > initialBudgetKb) throw new Error(`The initial transfer is above its budget of ${initialBudgetKb} kB.`);
