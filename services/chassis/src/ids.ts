import { createHash } from 'node:crypto';
import { v7 } from 'uuid';

/**
 * A new identifier: a UUID of version 7 (RFC 9562). Its time prefix keeps B-tree inserts at the right edge of the
 * index, and ids made by one process sort in the order they were made.
 */
export function newId(): string {
  return v7();
}

/**
 * The identifier that stands for these parts, always the same: a UUID of version 8 (RFC 9562) made of their SHA-256. For
 * what has no id of its own; nobody finds the parts by it.
 */
export function derivedId(...parts: (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part).update('\0');
  const hex = hash.digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
