import { randomBytes } from 'node:crypto';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** An opaque id of Stripe's form: the prefix, an underscore and 24 letters or digits. */
export function objectId(prefix: string): string {
  let id = '';
  while (id.length < 24) {
    for (const byte of randomBytes(32)) {
      // Bytes beyond the last whole multiple of 62 would favour the first letters.
      if (byte < 248 && id.length < 24) id += ALPHABET[byte % 62];
    }
  }
  return `${prefix}_${id}`;
}
