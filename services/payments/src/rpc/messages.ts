import { create } from '@bufbuild/protobuf';
import { type Timestamp, timestampDate, timestampFromDate } from '@bufbuild/protobuf/wkt';
import { toProto } from '@finflow/chassis/money';
import {
  PaymentSchema,
  PaymentStatus,
  RefundSchema,
  RefundStatus,
  type Payment as WirePayment,
  type Refund as WireRefund,
} from '@finflow/proto/finflow/payments/v1/payment_pb';
import { type Payment, paymentStatuses, type PaymentStatus as Status } from '../domain/payment.ts';
import { type Refund, type RefundStatus as RefundState, refundStatuses } from '../domain/refund.ts';

/** A payment as the contract has it. */
export function paymentMessage(payment: Payment & { organizationId: string }): WirePayment {
  const { currencyCode, amountMinor, amountRefundedMinor, completedAt } = payment;
  return create(PaymentSchema, {
    id: payment.id,
    userId: payment.userId,
    organizationId: payment.organizationId,
    amount: toProto({ currencyCode, amountMinor }),
    amountRefunded: toProto({ currencyCode, amountMinor: amountRefundedMinor }),
    status: PaymentStatus[payment.status],
    processorId: payment.processorId ?? '',
    invoiceId: payment.invoiceId ?? '',
    failureCode: payment.failureCode ?? '',
    failureMessage: payment.failureMessage ?? '',
    failureAdvice: payment.failureAdvice ?? '',
    cardBrand: payment.cardBrand ?? '',
    cardLast4: payment.cardLast4 ?? '',
    metadata: { ...payment.metadata },
    description: payment.description,
    createdAt: timestampFromDate(payment.createdAt),
    updatedAt: timestampFromDate(payment.updatedAt),
    completedAt: completedAt ? timestampFromDate(completedAt) : undefined,
  });
}

/** A refund as the contract has it. */
export function refundMessage(refund: Refund): WireRefund {
  const { currencyCode, amountMinor, completedAt } = refund;
  return create(RefundSchema, {
    id: refund.id,
    paymentId: refund.paymentId,
    userId: refund.userId ?? '',
    amount: toProto({ currencyCode, amountMinor }),
    status: RefundStatus[refund.status],
    reason: refund.reason,
    processorId: refund.processorId ?? '',
    failureMessage: refund.failureMessage ?? '',
    createdAt: timestampFromDate(refund.createdAt),
    completedAt: completedAt ? timestampFromDate(completedAt) : undefined,
  });
}

/** The statuses a request names; its rules leave none that we do not know. */
export function paymentStatusesOf(values: readonly PaymentStatus[]): Status[] {
  return paymentStatuses.filter((status) => values.includes(PaymentStatus[status]));
}

export function refundStatusesOf(values: readonly RefundStatus[]): RefundState[] {
  return refundStatuses.filter((status) => values.includes(RefundStatus[status]));
}

/** The instant a request names; the contract's rules keep it within what a Date can hold. */
export function instantOf(timestamp: Timestamp | undefined): Date | undefined {
  return timestamp && timestampDate(timestamp);
}
