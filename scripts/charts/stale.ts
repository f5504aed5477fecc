import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MadeFile } from './chart-files.ts';

/** Those whose contents are not what they should be. */
export async function stale(root: string, files: readonly MadeFile[]): Promise<MadeFile[]> {
  const current = await Promise.all(files.map(({ path }) => readFile(join(root, path), 'utf8').catch(() => undefined)));
  return files.filter(({ contents }, index) => contents !== current[index]);
}
