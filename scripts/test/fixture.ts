import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

export const repository = path.resolve(import.meta.dirname, '../..');

/** A small repository of its own in the system's temporary folder, under the rules of the real one. */
export class Fixture {
  readonly root = mkdtempSync(path.join(os.tmpdir(), 'finflow-check-'));

  /** Copies files or folders of the real repository. */
  copy(...places: string[]): this {
    for (const place of places) cpSync(path.join(repository, place), path.join(this.root, place), { recursive: true });
    return this;
  }

  /** Lets the real repository's installed packages be found. */
  linkPackages(): this {
    symlinkSync(path.join(repository, 'node_modules'), path.join(this.root, 'node_modules'));
    return this;
  }

  write(place: string, content: string): this {
    const file = path.join(this.root, place);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
    return this;
  }

  read(place: string): string {
    return readFileSync(path.join(this.root, place), 'utf8');
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
