import { requestKey } from '@finflow/chassis/idempotency';
import { memberOf } from '@finflow/chassis/identity';
import { fromProto } from '@finflow/chassis/money';
import { type ServedService, serve } from '@finflow/chassis/rpc/serve';
import { PaymentService } from '@finflow/proto/finflow/payments/v1/payment_pb';
import { createPayment } from '../commands/create-payment.ts';
import { refundPayment } from '../commands/refund-payment.ts';
import { testSources } from '../domain/test-sources.ts';
import type { PaymentsParts } from '../parts.ts';
import { getPayment } from '../queries/get-payment.ts';
import { listPayments } from '../queries/list-payments.ts';
import { listRefunds } from '../queries/list-refunds.ts';
import { instantOf, paymentMessage, paymentStatusesOf, refundMessage, refundStatusesOf } from './messages.ts';

const DEFAULT_CURRENCY = 'USD';

/** How clients are to take card data. */
export interface CardEntry {
  /** Whether payments go to the card sandbox, where no money moves. */
  readonly sandbox: boolean;
  readonly publishableKey: string;
}

/** `finflow.payments.v1.PaymentService`: requests into use cases, results into replies. */
export function paymentService(parts: PaymentsParts, cardEntry: CardEntry): ServedService {
  const { database } = parts;
  return serve(PaymentService, {
    async createPayment(request, context) {
      const member = memberOf(context);
      const payment = await createPayment(parts, member, {
        amount: fromProto(request.amount, 'amount', DEFAULT_CURRENCY),
        source: request.source,
        invoiceId: request.invoiceId || null,
        description: request.description,
        metadata: request.metadata,
        key: requestKey(PaymentService.method.createPayment, request),
      });
      return { payment: paymentMessage({ ...payment, organizationId: member.organizationId }) };
    },

    async getPayment({ id }, context) {
      const { organizationId } = memberOf(context);
      const payment = await getPayment(database, organizationId, id);
      return { payment: paymentMessage({ ...payment, organizationId }) };
    },

    async listPayments(request, context) {
      const { organizationId } = memberOf(context);
      const { payments, ...rest } = await listPayments(database, organizationId, request, {
        statuses: paymentStatusesOf(request.statuses),
        invoiceId: request.invoiceId,
        query: request.query,
        currencyCode: request.currencyCode,
        amountMinorMin: request.amountMinorMin,
        amountMinorMax: request.amountMinorMax,
        createdFrom: instantOf(request.createdFrom),
        createdUntil: instantOf(request.createdUntil),
      });
      return { payments: payments.map((payment) => paymentMessage({ ...payment, organizationId })), ...rest };
    },

    async refundPayment(request, context) {
      const member = memberOf(context);
      const { amount } = request;
      const { refund, payment } = await refundPayment(parts, member, {
        paymentId: request.paymentId,
        amount: amount && { currencyCode: amount.currencyCode, amountMinor: amount.amountMinor },
        reason: request.reason,
        key: requestKey(PaymentService.method.refundPayment, request),
      });
      const { organizationId } = member;
      return { refund: refundMessage(refund), payment: paymentMessage({ ...payment, organizationId }) };
    },

    async listRefunds(request, context) {
      const { organizationId } = memberOf(context);
      const { refunds, ...rest } = await listRefunds(database, organizationId, request, {
        paymentId: request.paymentId,
        statuses: refundStatusesOf(request.statuses),
        createdFrom: instantOf(request.createdFrom),
        createdUntil: instantOf(request.createdUntil),
      });
      return { refunds: refunds.map(refundMessage), ...rest };
    },

    async getPaymentConfig() {
      const { sandbox, publishableKey } = cardEntry;
      return { sandbox, publishableKey: sandbox ? '' : publishableKey, testSources: sandbox ? [...testSources] : [] };
    },
  });
}
