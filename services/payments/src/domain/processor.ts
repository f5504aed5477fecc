import { DomainError, invalidArgument, unavailable } from '@finflow/chassis/errors';
import type { Money } from '@finflow/chassis/money';
import type { ChargeState } from './charge.ts';
import type { RefundState } from './refund.ts';

export interface Card {
  readonly brand: string;
  readonly last4: string;
}

/** What to charge. The payment's id is the idempotency key: the same order, sent again, charges once. */
export interface ChargeOrder {
  readonly paymentId: string;
  readonly organizationId: string;
  readonly amount: Money;
  /** Token or payment method of the card. Secret. */
  readonly source: string;
  readonly description: string;
}

/** What to give back. The refund's id is the idempotency key. */
export interface RefundOrder {
  readonly refundId: string;
  readonly paymentId: string;
  readonly organizationId: string;
  /** The processor's id of the charge. */
  readonly chargeId: string;
  readonly amount: Money;
}

/** What the processor says of a charge. */
export interface ChargeReport {
  /** Null when it refused to make one. */
  readonly processorId: string | null;
  readonly state: ChargeState;
  readonly amount: Money;
  readonly card: Card | null;
  /** Its whole answer, to be kept encrypted. */
  readonly data: string;
}

/** What the processor says of a refund. */
export interface RefundReport {
  /** Null when it refused to make one. */
  readonly processorId: string | null;
  readonly chargeId: string;
  readonly state: RefundState;
  readonly amount: Money;
  readonly data: string;
}

/**
 * Whether a report was overtaken: the processor knew of nothing, by a refusal or by a search that missed it, and has
 * given its id since. That it made nothing is then no news.
 */
export function isOvertaken(
  known: { readonly processorId: string | null },
  report: { readonly processorId: string | null },
): boolean {
  return known.processorId !== null && report.processorId === null;
}

/** What is written on a charge. */
export interface ChargeOwner {
  readonly organizationId: string;
  readonly paymentId: string;
}

/** What a webhook tells. The ids are what is written on the object: a claim, to be checked against our rows. */
export interface ProcessorNotice {
  readonly eventId: string;
  readonly type: string;
  readonly organizationId: string | undefined;
  readonly paymentId: string | undefined;
  readonly refundId: string | undefined;
  readonly about: { readonly charge: ChargeReport } | { readonly refund: RefundReport };
}

/**
 * The card processor. A refusal is a report; what throws is a fault (PROCESSOR_UNAVAILABLE: nobody knows what became
 * of it, ask again) or a source the processor does not know (SOURCE_NOT_FOUND: nothing was made).
 */
export interface Processor {
  charge(order: ChargeOrder): Promise<ChargeReport>;
  retrieveCharge(processorId: string): Promise<ChargeReport>;
  /** The charge made for a payment, when an idempotency key is too old to be trusted. */
  findCharge(paymentId: string): Promise<ChargeReport | undefined>;
  refund(order: RefundOrder): Promise<RefundReport>;
  retrieveRefund(processorId: string): Promise<RefundReport>;
  findRefund(order: RefundOrder): Promise<RefundReport | undefined>;
  /** Whose charge this is, by what we wrote on it; undefined when it is none of ours. */
  ownerOfCharge(processorId: string): Promise<ChargeOwner | undefined>;
}

/**
 * The processor did not answer, or not with a decision.
 *
 * @param cause for the log, so without anything of the processor's answer
 * @param about the id of what stays undecided: `{ paymentId }` or `{ refundId }`
 */
export function processorUnavailable(cause: unknown, about: Readonly<Record<string, string>> = {}): DomainError {
  const message =
    'The card processor does not answer now. What you asked for is kept and will be finished when it does; ' +
    'send the same request_id again to see. Nothing is done twice.';
  return unavailable('PROCESSOR_UNAVAILABLE', message, { cause, metadata: about });
}

export function isProcessorUnavailable(error: unknown): error is DomainError {
  return error instanceof DomainError && error.reason === 'PROCESSOR_UNAVAILABLE';
}

/** The processor knows no such token or payment method. */
export function sourceNotFound(): DomainError {
  return invalidArgument('SOURCE_NOT_FOUND', 'source', 'must be a card that the processor knows; enter it again');
}

export function isSourceNotFound(error: unknown): error is DomainError {
  return error instanceof DomainError && error.reason === 'SOURCE_NOT_FOUND';
}
