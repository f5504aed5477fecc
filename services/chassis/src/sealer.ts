import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** Format of what is sealed; another algorithm gets another number. */
const VERSION = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** What is to be opened is not laid out as this release seals: a newer one sealed it, or it is damaged. */
export class UnknownSealedFormat extends Error {
  constructor() {
    super('This is sealed in an unknown format: by a newer release, or it is damaged.');
    this.name = 'UnknownSealedFormat';
  }
}

/** A key of 32 bytes and the short name by which what it sealed remembers it. */
export interface SealingKey {
  readonly id: string;
  readonly key: Buffer;
}

/**
 * Encrypts what a database keeps and nobody may read there: card tokens, private keys (AES-256-GCM). The first key seals,
 * all of them open: a new key is put in front, and the old one stays behind it for as long as rows sealed with it are
 * needed.
 *
 * Layout: version, length of the key id, key id, nonce, tag, ciphertext. The place (which row and column) is
 * authenticated too, so a sealed value copied into another row does not open there.
 */
export class Sealer {
  readonly #keys: ReadonlyMap<string, Buffer>;
  readonly #current: SealingKey;

  constructor(keys: readonly SealingKey[]) {
    const [current] = keys;
    if (!current) throw new RangeError('At least one sealing key is needed.');
    for (const { id, key } of keys) {
      if (key.length !== 32) throw new RangeError(`Sealing key "${id}" must have 32 bytes.`);
    }
    this.#current = current;
    this.#keys = new Map(keys.map(({ id, key }) => [id, key]));
    if (this.#keys.size !== keys.length) throw new RangeError('Two sealing keys have the same id.');
  }

  seal(plaintext: string, place: string): Buffer {
    const id = Buffer.from(this.#current.id);
    const head = Buffer.concat([Buffer.from([VERSION, id.length]), id]);
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#current.key, nonce).setAAD(aad(head, place));
    const ciphertext = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final()]);
    return Buffer.concat([head, nonce, cipher.getAuthTag(), ciphertext]);
  }

  /**
   * Throws when the value was altered, sealed for another place, or with a key that is not here; UnknownSealedFormat when
   * no key would help.
   */
  open(sealed: Buffer, place: string): string {
    const [version, idLength = 0] = sealed;
    if (version !== VERSION || sealed.length < 2 + idLength + NONCE_BYTES + TAG_BYTES) throw new UnknownSealedFormat();
    const head = sealed.subarray(0, 2 + idLength);
    const id = head.subarray(2).toString();
    const key = this.#keys.get(id);
    if (!key) throw new Error(`Sealed data needs the key "${id}", which is not configured.`);
    const nonce = sealed.subarray(head.length, head.length + NONCE_BYTES);
    const tag = sealed.subarray(head.length + NONCE_BYTES, head.length + NONCE_BYTES + TAG_BYTES);
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(aad(head, place)).setAuthTag(tag);
    const ciphertext = sealed.subarray(head.length + NONCE_BYTES + TAG_BYTES);
    return Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString('utf8');
  }
}

function aad(head: Buffer, place: string): Buffer {
  return Buffer.concat([head, Buffer.from(place)]);
}
