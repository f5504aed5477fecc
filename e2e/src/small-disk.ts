import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A file system in memory that holds so many megabytes. */
export interface SmallDisk {
  readonly path: string;
  remove(): Promise<void>;
}

/** Mounts one; undefined where this user may not mount. */
export async function smallDisk(megabytes: number): Promise<SmallDisk | undefined> {
  const path = await mkdtemp(join(tmpdir(), 'finflow-small-disk-'));
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'finflow-e2e', path]);
  } catch {
    await rm(path, { recursive: true });
    return undefined;
  }
  // PostgreSQL runs under another account when we are root.
  await chmod(path, 0o755);
  return {
    path,
    async remove() {
      await run('umount', [path]);
      await rm(path, { recursive: true });
    },
  };
}
