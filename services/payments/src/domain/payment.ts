/** Where a payment stands; the contract's names without their prefix. */
export const paymentStatuses = [
  'PENDING',
  'PROCESSING',
  'COMPLETED',
  'FAILED',
  'REFUNDED',
  'PARTIALLY_REFUNDED',
] as const;
export type PaymentStatus = (typeof paymentStatuses)[number];

/** A charge of a card, in the minor units of its currency. */
export interface Payment {
  readonly id: string;
  readonly userId: string;
  readonly status: PaymentStatus;
  readonly amountMinor: bigint;
  readonly currencyCode: string;
  /** Given back by completed refunds. */
  readonly amountRefundedMinor: bigint;
  /** Set aside for refunds the processor has not decided. */
  readonly amountReservedMinor: bigint;
  readonly invoiceId: string | null;
  readonly description: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly processorId: string | null;
  readonly failureCode: string | null;
  readonly failureMessage: string | null;
  readonly failureAdvice: string | null;
  readonly cardBrand: string | null;
  readonly cardLast4: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly completedAt: Date | null;
}

/** Whether the processor has yet to say what became of it. */
export function isUndecided(status: PaymentStatus): boolean {
  return status === 'PENDING' || status === 'PROCESSING';
}

/** Whether its money has been taken and not all given back. */
export function isRefundable(status: PaymentStatus): boolean {
  return status === 'COMPLETED' || status === 'PARTIALLY_REFUNDED';
}
