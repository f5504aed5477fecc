import { createHmac } from 'node:crypto';

/**
 * The `Stripe-Signature` header of a payload: `t=<seconds>,v1=<hex HMAC-SHA256 of "t.payload">`.
 * The time is signed too, so a receiver can refuse a replayed delivery by its age.
 */
export function signatureHeader(payload: string, secret: string, now: Date): string {
  const seconds = Math.floor(now.getTime() / 1000);
  const signature = createHmac('sha256', secret).update(`${seconds}.${payload}`).digest('hex');
  return `t=${seconds},v1=${signature}`;
}
