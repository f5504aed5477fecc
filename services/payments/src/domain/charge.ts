import type { PaymentStatus } from './payment.ts';
import type { Refusal } from './refusal.ts';

/** What the processor says of a charge. `open`: it has it, and nothing has been tried yet. */
export type ChargeState =
  | { readonly kind: 'open' }
  | { readonly kind: 'processing' }
  | { readonly kind: 'succeeded' }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/**
 * The status a payment moves to on the processor's word, or undefined when that changes nothing. Answers may come
 * late, twice and out of order: what is decided stays decided, with one exception. Money that was taken after all
 * turns FAILED into COMPLETED, because the books must show where money is and not what we were told first.
 */
export function afterCharge(status: PaymentStatus, state: ChargeState): PaymentStatus | undefined {
  switch (state.kind) {
    case 'open':
      return undefined;
    case 'processing':
      return status === 'PENDING' ? 'PROCESSING' : undefined;
    case 'refused':
      return status === 'PENDING' || status === 'PROCESSING' ? 'FAILED' : undefined;
    case 'succeeded':
      return status === 'PENDING' || status === 'PROCESSING' || status === 'FAILED' ? 'COMPLETED' : undefined;
  }
}
