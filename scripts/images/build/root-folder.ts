import {
  chmod,
  copyFile,
  lstat,
  lutimes,
  mkdir,
  readdir,
  readlink,
  realpath,
  symlink,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';

/**
 * A folder that becomes an image's root. It is the same to the last bit whenever it holds the same: owners, modes and
 * times do not depend on who built it when.
 */
export class RootFolder {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Puts a file there with what it leads to, when it is a symbolic link. */
  async copy(from: string, to: string): Promise<void> {
    const target = await this.#place(to);
    if (!(await lstat(from)).isSymbolicLink()) return await copyFile(from, target);
    await symlink(await readlink(from), target).catch(unlessThere);
  }

  /** Puts a file there as a plain file, whatever links lead to it. */
  async copyContent(from: string, to: string): Promise<void> {
    await copyFile(await realpath(from), await this.#place(to));
  }

  /** Puts every file below a folder there. */
  async copyAll(from: string, to: string, wanted: (name: string) => boolean): Promise<void> {
    for (const entry of await readdir(from, { withFileTypes: true, recursive: true })) {
      const file = path.join(entry.parentPath, entry.name);
      if (entry.isFile() && wanted(entry.name)) await this.copy(file, path.join(to, path.relative(from, file)));
    }
  }

  async write(to: string, text: string): Promise<void> {
    await writeFile(await this.#place(to), text);
  }

  /** To be called last. @param seconds the time of everything in it, since 1970 */
  async settle(seconds: number): Promise<void> {
    const entries = await readdir(this.#folder, { withFileTypes: true, recursive: true });
    const paths = entries.map((entry) => path.join(entry.parentPath, entry.name));
    for (const entry of [this.#folder, ...paths]) {
      const status = await lstat(entry);
      const executable = status.isDirectory() || (status.mode & 0o111) !== 0;
      if (!status.isSymbolicLink()) await chmod(entry, executable ? 0o755 : 0o644);
      await lutimes(entry, seconds, seconds);
    }
  }

  async #place(to: string): Promise<string> {
    const target = path.join(this.#folder, to);
    await mkdir(path.dirname(target), { recursive: true });
    return target;
  }
}

function unlessThere(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}
