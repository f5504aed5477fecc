import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { createFileRegistry, type FileRegistry, fromBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';

const buf = join(import.meta.dirname, '../../node_modules/@bufbuild/buf/bin/buf');
const maxBytes = 64 * 1024 * 1024;

/** Runs buf in `root`, the folder with `buf.yaml`. Returns what it wrote; throws when it fails, its words on stderr. */
export function runBuf(root: string, args: readonly string[]): Buffer {
  return execFileSync(process.execPath, [buf, ...args], {
    cwd: root,
    maxBuffer: maxBytes,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** The contracts of `root` as descriptors, compiled from the `.proto` files themselves. */
export function compileContracts(root: string): FileRegistry {
  return createFileRegistry(fromBinary(FileDescriptorSetSchema, runBuf(root, ['build', '-o', '-'])));
}
