import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { resourceExhausted } from '@finflow/chassis/errors';

const derive = promisify(argon2);

/** OWASP's Password Storage Cheat Sheet, argon2id: 19 MiB, two passes, one lane. */
const parameters = { memory: 19_456, passes: 2, parallelism: 1 } as const;
const saltLength = 16;
const tagLength = 32;
const maxWaiting = 200;

/**
 * Hashes passwords with argon2id on libuv's threads, a few at a time: each takes 19 MiB and tens of milliseconds, and
 * the bound keeps a flood of sign-ins from starving everything else. Hashes are stored in the PHC string format.
 */
export class PasswordHasher {
  readonly #atOnce: number;
  #running = 0;
  readonly #waiting: (() => void)[] = [];
  /** What a password is compared with where there is no account: random bytes, which no password is hashed to. */
  readonly #decoy = phcOf(randomBytes(saltLength), randomBytes(tagLength));

  constructor(atOnce: number) {
    this.#atOnce = atOnce;
  }

  /** The PHC string to store. Throws RESOURCE_EXHAUSTED when too many hashes are waiting. */
  async hash(password: string): Promise<string> {
    const salt = randomBytes(saltLength);
    return phcOf(salt, await this.#derive(password, salt, parameters));
  }

  /** Whether the password is the one hashed. Without a hash it takes the same time and says no. */
  async verify(password: string, phc: string | undefined): Promise<boolean> {
    const { salt, tag, memory, passes, parallelism } = parse(phc ?? this.#decoy);
    const derived = await this.#derive(password, salt, { memory, passes, parallelism });
    return timingSafeEqual(derived, tag) && phc !== undefined;
  }

  /** Whether the hash was made with weaker parameters than today's, so that the next sign-in should renew it. */
  isOutdated(phc: string): boolean {
    const { memory, passes } = parse(phc);
    return memory < parameters.memory || passes < parameters.passes;
  }

  async #derive(
    password: string,
    salt: Buffer,
    cost: { memory: number; passes: number; parallelism: number },
  ): Promise<Buffer> {
    await this.#enter();
    try {
      return await derive('argon2id', { message: password.normalize('NFKC'), nonce: salt, tagLength, ...cost });
    } finally {
      this.#leave();
    }
  }

  async #enter(): Promise<void> {
    if (this.#running < this.#atOnce) {
      this.#running += 1;
      return;
    }
    if (this.#waiting.length >= maxWaiting) {
      throw resourceExhausted('TOO_MANY_ATTEMPTS', 'Too many people are signing in at the moment; try again shortly.', {
        metadata: { retryAfterSeconds: '5' },
      });
    }
    // Whoever leaves hands its place on, so the number running stays as it is.
    await new Promise<void>((enter) => this.#waiting.push(enter));
  }

  #leave(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#running -= 1;
  }
}

function phcOf(salt: Buffer, tag: Buffer): string {
  const { memory, passes, parallelism } = parameters;
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${unpadded(salt)}$${unpadded(tag)}`;
}

function parse(phc: string) {
  const match = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([^$]+)\$([^$]+)$/.exec(phc);
  if (!match) throw new Error('A stored password hash is not in the PHC format of argon2id.');
  const [, memory, passes, parallelism, salt = '', tag = ''] = match;
  return {
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    salt: Buffer.from(salt, 'base64'),
    tag: Buffer.from(tag, 'base64'),
  };
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}
