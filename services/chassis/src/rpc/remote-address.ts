import type { IncomingMessage } from 'node:http';

/**
 * The address of whoever asks. Every proxy appends the address it saw to X-Forwarded-For, so with `trustedHops`
 * proxies of ours in front the true one is that many entries from the end; what stands before it is anybody's claim.
 */
export function remoteAddress(request: IncomingMessage, trustedHops: number): string {
  if (trustedHops > 0) {
    const forwarded = request.headers['x-forwarded-for'];
    const entries = (Array.isArray(forwarded) ? forwarded.join(',') : (forwarded ?? '')).split(',');
    const claimed = entries.at(-trustedHops)?.trim();
    if (claimed) return normalizeAddress(claimed);
  }
  return normalizeAddress(request.socket.remoteAddress ?? '');
}

/** An IPv4 address that came over an IPv6 socket is still the same address. */
export function normalizeAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/, '');
}
