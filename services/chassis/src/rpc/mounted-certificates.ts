import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import type { experimental } from '@grpc/grpc-js';
import { ConfigError } from '../config.ts';
import type { Logger } from '../logger.ts';

/** How soon renewed certificates are noticed. Kubernetes itself takes up to a minute to renew mounted files. */
const RELOAD_MS = 5_000;

interface Certificates {
  readonly certificate: Buffer;
  readonly privateKey: Buffer;
  readonly caCertificate: Buffer;
  /** When the certificate ends, for the log. */
  readonly validTo: string;
}

export interface MountedCertificatesOptions {
  readonly logger?: Logger;
  /** How often the files are read; every 5 s unless given. */
  readonly reloadMs?: number;
}

/**
 * A folder with `tls.crt`, `tls.key` and `ca.crt`, as a Kubernetes TLS Secret and cert-manager lay them out, read again
 * and again while somebody uses them. What cannot be used (half written, another certificate's key) is logged, and
 * what was read before stays: grpc-js's own file watcher refuses every connection instead, and takes each reading for
 * news. The contents are compared, because a mounted Secret changes behind symbolic links, which no watch tells reliably.
 */
export class MountedCertificates implements experimental.CertificateProvider {
  readonly #folder: string;
  readonly #logger: Logger | undefined;
  readonly #reloadMs: number;
  readonly #caListeners = new Set<experimental.CaCertificateUpdateListener>();
  readonly #identityListeners = new Set<experimental.IdentityCertificateUpdateListener>();
  #current: Certificates;
  #timer: NodeJS.Timeout | undefined;
  #complaint = '';

  /** @throws ConfigError when the folder's files cannot be used: a service does not start without them */
  constructor(folder: string, { logger, reloadMs = RELOAD_MS }: MountedCertificatesOptions = {}) {
    this.#folder = folder;
    this.#logger = logger;
    this.#reloadMs = reloadMs;
    try {
      this.#current = read(folder);
    } catch (error) {
      const expected = `must be a folder with tls.crt, tls.key and ca.crt in PEM (${(error as Error).message})`;
      throw new ConfigError([{ variable: 'GRPC_TLS_DIR', expected }]);
    }
  }

  addCaCertificateListener(listener: experimental.CaCertificateUpdateListener): void {
    this.#caListeners.add(listener);
    this.#watch();
    // Not at once: grpc-js adds the listener before what the listener tells about it.
    process.nextTick(() => listener(this.#current));
  }

  removeCaCertificateListener(listener: experimental.CaCertificateUpdateListener): void {
    this.#caListeners.delete(listener);
    this.#unwatch();
  }

  addIdentityCertificateListener(listener: experimental.IdentityCertificateUpdateListener): void {
    this.#identityListeners.add(listener);
    this.#watch();
    process.nextTick(() => listener(this.#current));
  }

  removeIdentityCertificateListener(listener: experimental.IdentityCertificateUpdateListener): void {
    this.#identityListeners.delete(listener);
    this.#unwatch();
  }

  #watch(): void {
    this.#timer ??= setInterval(() => this.#reload(), this.#reloadMs).unref();
  }

  #unwatch(): void {
    if (this.#caListeners.size + this.#identityListeners.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #reload(): void {
    let found: Certificates;
    try {
      found = read(this.#folder);
    } catch (error) {
      const { message } = error as Error;
      if (message !== this.#complaint) {
        this.#logger?.error(
          { folder: this.#folder, detail: message },
          'certificates cannot be used, those before stay',
        );
      }
      this.#complaint = message;
      return;
    }
    this.#complaint = '';
    if (areSame(found, this.#current)) return;
    this.#current = found;
    for (const listener of this.#caListeners) listener(found);
    for (const listener of this.#identityListeners) listener(found);
    this.#logger?.info({ folder: this.#folder, valid_to: found.validTo }, 'certificates reloaded');
  }
}

/** Throws an Error that says what is wrong, with the file where it is one, and nothing of what is in it. */
function read(folder: string): Certificates {
  const [certificate, privateKey, caCertificate] = ['tls.crt', 'tls.key', 'ca.crt'].map((name) => {
    try {
      return readFileSync(join(folder, name));
    } catch (error) {
      throw new Error(`${name}: ${(error as NodeJS.ErrnoException).code ?? 'unreadable'}`);
    }
  }) as [Buffer, Buffer, Buffer];
  const leaf = parsed('tls.crt', () => new X509Certificate(certificate));
  const key = parsed('tls.key', () => createPrivateKey(privateKey));
  parsed('ca.crt', () => new X509Certificate(caCertificate));
  if (!leaf.checkPrivateKey(key)) throw new Error('tls.key is not the key of tls.crt');
  // What is parsed above is each file's first entry. Of a chain that ends half-way, or a key too weak for TLS, grpc-js would
  // make nothing, and refuse every connection.
  try {
    createSecureContext({ cert: certificate, key: privateKey, ca: caCertificate });
  } catch (error) {
    throw new Error(`TLS cannot use them: ${(error as NodeJS.ErrnoException).code ?? 'unreadable'}`);
  }
  return { certificate, privateKey, caCertificate, validTo: leaf.validToDate.toISOString() };
}

function parsed<T>(name: string, parse: () => T): T {
  try {
    return parse();
  } catch {
    throw new Error(`${name} is not PEM of the right kind`);
  }
}

function areSame(a: Certificates, b: Certificates): boolean {
  return (
    a.certificate.equals(b.certificate) && a.privateKey.equals(b.privateKey) && a.caCertificate.equals(b.caCertificate)
  );
}
