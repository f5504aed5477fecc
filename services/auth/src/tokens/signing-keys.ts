import type { Clock } from '@finflow/chassis/clock';
import type { Database } from '@finflow/chassis/database/database';
import { newId } from '@finflow/chassis/ids';
import { Sealer, UnknownSealedFormat } from '@finflow/chassis/sealer';
import { type CryptoKey, exportJWK, generateKeyPair, importJWK, type JSONWebKeySet, type JWK } from 'jose';
import type { EntityManager } from 'typeorm';
import { type SigningKeyRow, signingKeys } from '../store/signing-keys.ts';

/** Verifiers look at the published keys every five minutes: a key that waits twice that is known when it first signs. */
const publishBeforeSigningMs = 600_000;
/** The longest an access token signed with an old key is good for, with room for slow clocks. */
const verifyAfterSigningMs = 2 * 3_600_000;
const cacheMs = 30_000;
/** Any fixed number: two instances starting at once make one first key. */
const keyLock = 4_702_111_240;

export interface SigningKey {
  readonly keyId: string;
  readonly privateKey: CryptoKey;
}

/** The ES256 keys that sign access tokens: private parts sealed in the database, public parts published as a JWKS. */
export class SigningKeys {
  readonly #database: Database;
  readonly #sealer: Sealer;
  readonly #clock: Clock;
  #cached: { readonly untilMs: number; readonly rows: Promise<SigningKeyRow[]> } | undefined;
  #published: { readonly rows: SigningKeyRow[]; readonly set: JSONWebKeySet } | undefined;
  #opened: SigningKey | undefined;

  constructor(parts: { database: Database; sealingKey: Buffer; clock: Clock }) {
    this.#database = parts.database;
    this.#sealer = new Sealer([{ id: 'only', key: parts.sealingKey }]);
    this.#clock = parts.clock;
  }

  /**
   * Makes the first key when there is none; it signs at once, because nobody can hold a token of another. Throws a
   * sentence when the keys that are there do not open, and why: at the start, not at a sign-in.
   */
  async ensureFirst(): Promise<void> {
    await this.#database.system(async (tx) => {
      await tx.query('select pg_advisory_xact_lock($1)', [keyLock]);
      if ((await tx.count(signingKeys)) === 0) await this.#add(tx, this.#clock.now());
    });
    this.#cached = undefined;
    await this.current();
  }

  /**
   * Adds a key that begins to sign in ten minutes, when every verifier knows it; older keys go on verifying until the
   * last token they signed has expired.
   *
   * @returns the new key's id and when it begins to sign
   */
  async rotate(): Promise<{ keyId: string; signsFrom: Date }> {
    // A key that the running services could not open would stop every sign-in ten minutes from now.
    await this.ensureFirst();
    const signsFrom = new Date(this.#clock.now().getTime() + publishBeforeSigningMs);
    const keyId = await this.#database.system(async (tx) => {
      await tx.query('select pg_advisory_xact_lock($1)', [keyLock]);
      const verifiesUntil = new Date(signsFrom.getTime() + verifyAfterSigningMs);
      await tx.query('update signing_keys set verifies_until = $1 where verifies_until is null', [verifiesUntil]);
      await tx.query('delete from signing_keys where verifies_until < $1', [this.#clock.now()]);
      return await this.#add(tx, signsFrom);
    });
    this.#cached = undefined;
    return { keyId, signsFrom };
  }

  /**
   * The key to sign with now: the newest whose time has come. When no key's has, the clock is wrong, and the oldest
   * signs: every verifier knows it, and a slow clock is no reason to let nobody in.
   */
  async current(): Promise<SigningKey> {
    const now = this.#clock.now();
    const rows = (await this.#rows()).toSorted((a, b) => b.signsFrom.getTime() - a.signsFrom.getTime());
    const row = rows.find(({ signsFrom }) => signsFrom <= now) ?? rows.at(-1);
    if (!row) throw new Error('There is no key to sign access tokens with.');
    if (this.#opened?.keyId !== row.keyId) {
      this.#opened = { keyId: row.keyId, privateKey: (await importJWK(this.#open(row), 'ES256')) as CryptoKey };
    }
    return this.#opened;
  }

  /** The public keys, those not signing yet and those not signing any more included. */
  async published(): Promise<JSONWebKeySet> {
    const rows = await this.#rows();
    // One object for one read of the table: who verifies with it imports its keys once.
    if (this.#published?.rows !== rows) {
      const now = this.#clock.now();
      const good = rows.filter(({ verifiesUntil }) => verifiesUntil === null || verifiesUntil > now);
      const keys = good.map(({ keyId, publicJwk }) => ({ ...publicJwk, kid: keyId, alg: 'ES256', use: 'sig' }));
      this.#published = { rows, set: { keys } };
    }
    return this.#published.set;
  }

  #open({ keyId, privateKeySealed }: SigningKeyRow): JWK {
    try {
      return JSON.parse(this.#sealer.open(privateKeySealed, keyId)) as JWK;
    } catch (cause) {
      throw new Error(whyShut(keyId, cause), { cause });
    }
  }

  async #rows(): Promise<SigningKeyRow[]> {
    const nowMs = this.#clock.now().getTime();
    if (!this.#cached || nowMs >= this.#cached.untilMs) {
      const rows = this.#database.system((tx) => tx.find(signingKeys));
      this.#cached = { untilMs: nowMs + cacheMs, rows };
      rows.catch(() => {
        this.#cached = undefined;
      });
    }
    return await this.#cached.rows;
  }

  async #add(tx: EntityManager, signsFrom: Date): Promise<string> {
    const keyId = newId();
    const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
    const privateKeySealed = this.#sealer.seal(JSON.stringify(await exportJWK(privateKey)), keyId);
    await tx.insert(signingKeys, {
      keyId,
      publicJwk: await exportJWK(publicKey),
      privateKeySealed,
      signsFrom,
      verifiesUntil: null,
      createdAt: this.#clock.now(),
    });
    return keyId;
  }
}

function whyShut(keyId: string, cause: unknown): string {
  if (!(cause instanceof UnknownSealedFormat)) {
    return `The signing key ${keyId} was sealed with another KEY_ENCRYPTION_KEY than this one, or altered: start with the one it was sealed with.`;
  }
  return (
    `The signing key ${keyId} is sealed in a format that this release does not know: start the release that sealed it, ` +
    `or let it go (delete from signing_keys where key_id = '${keyId}'), which ends the access tokens it signed.`
  );
}
