import { createHash, createHmac, randomBytes } from 'node:crypto';

/** A new opaque secret of 256 bits. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** What is stored of a secret. It has 256 bits of entropy, so a fast hash is enough. */
export function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

/**
 * The token of an invitation, made from its id and a key of ours: a repeated request can be answered with the same
 * token although none is stored.
 */
export function invitationToken(key: Buffer, invitationId: string): string {
  return createHmac('sha256', key).update(`invitation:${invitationId}`).digest('base64url');
}
