import { InvoiceService } from '@finflow/proto/finflow/accounting/v1/invoice_pb';
import { PaymentService } from '@finflow/proto/finflow/payments/v1/payment_pb';
import type { EventBus } from '../../src/events/bus.ts';
import { memberOf } from '../../src/identity.ts';
import { newId } from '../../src/ids.ts';
import type { Logger } from '../../src/logger.ts';
import { appendEvents, type NewEvent } from '../../src/outbox/append.ts';
import { bearer, grpcClient } from '../../src/rpc/client.ts';
import { EventFlow, note, paymentCompleted } from '../events/event-flow.ts';
import { partly, startServer } from '../rpc/running-server.ts';

/** Two services in small, and what a browser does with them. */
export interface EventChain {
  readonly flow: EventFlow;
  readonly organizationId: string;
  /** A click: the call that the web app makes, in a trace that it begins. */
  click(traceparent: string): Promise<void>;
  close(): Promise<void>;
}

/**
 * Payments asks accounting by gRPC and publishes a payment; accounting's consumer notes it and publishes an entry, which
 * analytics' consumer notes.
 */
export async function startChain(bus: EventBus, logger?: Logger): Promise<EventChain> {
  const organizationId = newId();
  const flow = await EventFlow.open(bus);
  const payments = await startServer([
    partly(PaymentService, {
      createPayment: async ({ invoiceId: id }, context) => {
        const member = memberOf(context);
        await invoices.getInvoice({ id }, bearer(member.token));
        await flow.append(member.organizationId, [paymentCompleted(organizationId)]);
        return {};
      },
    }),
  ]);
  const accounting = await startServer([partly(InvoiceService, { getInvoice: () => ({}) })], {
    verifier: payments.tokens.verifier,
  });
  const invoices = grpcClient(InvoiceService, accounting.grpcAddress);
  await flow.group({
    logger,
    handlers: {
      payment_completed: async (tx, event) => {
        logger?.info('inside');
        await note(tx, event);
        await appendEvents(tx, [entryPosted(organizationId)]);
      },
    },
  });
  // Payments' own database takes the part of analytics' one.
  await flow.group({ group: 'analytics', database: flow.producer, handlers: { journal_entry_posted: note } });
  flow.relay();
  flow.relay({ database: flow.consumer });
  return {
    flow,
    organizationId,
    click: async (traceparent) => {
      const authorization = `Bearer ${await payments.tokens.mint({ organizationId })}`;
      const { status, body } = await payments.post(
        `${PaymentService.typeName}/CreatePayment`,
        { amount: { currencyCode: 'USD', amountMinor: '100' }, source: 'tok_visa', invoiceId: newId() },
        { authorization, traceparent },
      );
      if (status !== 200) throw new Error(JSON.stringify(body));
    },
    close: async () => {
      invoices.close();
      await Promise.all([payments.stop(), accounting.stop()]);
      await flow.close();
    },
  };
}

function entryPosted(organizationId: string) {
  const line = {
    accountId: newId(),
    accountCode: '1000',
    accountName: 'Bank',
    accountType: 'ASSET',
    isCash: true,
    isReceivable: false,
    currency: 'USD',
  };
  return {
    topic: 'journal_entry_posted',
    organizationId,
    payload: {
      id: newId(),
      organizationId,
      date: '2026-01-31',
      description: '',
      source: 'payment:1',
      invoiceId: null,
      reversesEntryId: null,
      lines: [
        { ...line, amountMinor: 100n },
        { ...line, amountMinor: -100n },
      ],
      postedAt: '2026-01-31T00:00:00.000Z',
    },
  } as const satisfies NewEvent;
}
