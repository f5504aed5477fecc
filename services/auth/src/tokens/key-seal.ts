import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** Seals a private signing key for storage (AES-256-GCM: nonce, tag, text), bound to its key id. */
export function seal(key: Buffer, plain: string, keyId: string): Buffer {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(keyId));
  const text = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), text]);
}

/** Opens what {@link seal} made. Throws a sentence when the key is another one or a byte was changed. */
export function unseal(key: Buffer, sealed: Buffer, keyId: string): string {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12)).setAAD(Buffer.from(keyId));
  decipher.setAuthTag(sealed.subarray(12, 28));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(28)), decipher.final()]).toString('utf8');
  } catch (cause) {
    throw new Error(`The signing key ${keyId} was sealed with another KEY_ENCRYPTION_KEY than this one.`, { cause });
  }
}
