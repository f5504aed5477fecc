// Writes a .br and a .gz beside each text file of the build, so that no server has to compress anything twice.
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const dist = new URL('../dist/', import.meta.url).pathname;
const compressible = new Set(['.js', '.css', '.svg', '.json', '.txt', '.webmanifest']);
// Below this the header alone costs more than is saved. index.html is left out: its nonce differs in each reply.
const leastBytes = 1024;

async function compress(path) {
  const content = await readFile(path);
  const [br, gz] = await Promise.all([
    promisify(brotliCompress)(content, { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } }),
    promisify(gzip)(content, { level: 9 }),
  ]);
  await Promise.all([writeFile(`${path}.br`, br), writeFile(`${path}.gz`, gz)]);
  return { plain: content.length, br: br.length };
}

const files = (await readdir(dist, { recursive: true })).map((name) => join(dist, name));
let plain = 0;
let br = 0;
for (const path of files) {
  const wanted = compressible.has(extname(path)) && (await stat(path)).size >= leastBytes;
  if (!wanted) continue;
  const sizes = await compress(path);
  plain += sizes.plain;
  br += sizes.br;
}
console.log(`Compressed ${Math.round(plain / 1000)} kB to ${Math.round(br / 1000)} kB (brotli).`);
