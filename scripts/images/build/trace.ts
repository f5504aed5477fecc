import { readFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import path from 'node:path';
import { nodeFileTrace } from '@vercel/nft';

/**
 * Every file, relative to `root`, that these programs can load: ours, packages', and the data they read.
 *
 * @throws Error when an import of ours finds nothing; packages try what may not be there
 */
export async function filesOf(root: string, entries: readonly string[]): Promise<string[]> {
  const { fileList, warnings } = await nodeFileTrace(
    entries.map((entry) => path.join(root, entry)),
    { base: root, conditions: ['node'], readFile: readAsJavaScript },
  );
  const unfound = [...warnings].map(({ message }) => message).filter((message) => ours(message, root));
  if (unfound.length > 0) {
    throw new Error(
      `${unfound.join('\n')}\nIs it a dependency, not only a development one, of the workspace that imports it?`,
    );
  }
  return [...fileList].sort();
}

function ours(message: string, root: string): boolean {
  const [, from] = /loaded from (.+)$/m.exec(message) ?? [];
  return from !== undefined && !path.relative(root, from).includes('node_modules');
}

/** The tracer reads JavaScript alone. */
async function readAsJavaScript(file: string): Promise<Buffer | string | null> {
  try {
    const text = await readFile(file);
    return file.endsWith('.ts') && !file.endsWith('.d.ts') ? stripTypeScriptTypes(text.toString('utf8')) : text;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'EISDIR') return null;
    throw error;
  }
}
