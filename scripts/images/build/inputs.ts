import { readFile } from 'node:fs/promises';
import path from 'node:path';

/** The time of everything in an image, in seconds since 1970: of the commit, as https://reproducible-builds.org has it. */
export const buildTime = Number(process.env.SOURCE_DATE_EPOCH ?? 0);

export async function versionOf(root: string): Promise<string> {
  return JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')).version;
}
