import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { figure, type Report } from './measure.ts';

const dist = resolve(import.meta.dirname, '../../web/dist');

/** What the first page needs before it shows: the page and every script and style it names, and what those import. */
export async function benchWeb(): Promise<Report> {
  const page = await readFile(join(dist, 'index.html'), 'utf8').catch(() => {
    throw new Error('The web app is not built: run `node scripts/build-web.ts` first.');
  });
  const files = new Set(await readdir(dist));
  const needed = new Set<string>();
  const waiting = namesIn(page, files);
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (needed.has(file)) continue;
    needed.add(file);
    // Only static imports: `import(…)` is loaded when its page is opened.
    if (file.endsWith('.js')) waiting.push(...staticImports(await readFile(join(dist, file), 'utf8'), files));
  }
  const contents = await Promise.all([...needed].map((file) => readFile(join(dist, file))));
  const bytes = [Buffer.from(page), ...contents];
  const compressed = bytes.reduce((sum, content) => sum + brotliCompressSync(content).byteLength, 0);
  const raw = bytes.reduce((sum, content) => sum + content.byteLength, 0);
  return {
    bench: 'web',
    figures: [
      figure('initial transfer, brotli', 'kB', [compressed / 1000]),
      figure('uncompressed', 'kB', [raw / 1000]),
    ],
    checks: { files: bytes.length },
  };
}

function namesIn(page: string, files: ReadonlySet<string>): string[] {
  return [...page.matchAll(/(?:src|href)="([^"]+\.(?:js|css))"/g)]
    .map(([, name]) => name ?? '')
    .filter((name) => files.has(name));
}

function staticImports(code: string, files: ReadonlySet<string>): string[] {
  return [...code.matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g)]
    .map(([, name]) => name ?? '')
    .filter((name) => files.has(name));
}
