import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { SpanKind, trace } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { EventBus } from '../../src/events/bus.ts';
import { createLogger } from '../../src/logger.ts';
import { eventually } from '../../src/testing/eventually.ts';
import { InMemoryTelemetry } from '../../src/testing/in-memory-telemetry.ts';
import { EventFlow, note, paymentCompleted } from '../events/event-flow.ts';
import { startChain } from './event-chain.ts';

const CREATE_PAYMENT = 'finflow.payments.v1.PaymentService/CreatePayment';
const GET_INVOICE = 'finflow.accounting.v1.InvoiceService/GetInvoice';

const traceIdOf = (digit: number) => String(digit).repeat(32);
const traceparentOf = (digit: number) => `00-${traceIdOf(digit)}-${'b'.repeat(16)}-01`;
const idOf = (span: ReadableSpan) => span.spanContext().spanId;
const parentOf = (span: ReadableSpan) => span.parentSpanContext?.spanId;
const linksOf = (span: ReadableSpan) => span.links.map((link) => link.context.spanId);

/** What holds for the traces of events whichever bus carries them. */
export function describeTraces(openBus: () => Promise<EventBus>): void {
  let telemetry: InMemoryTelemetry;

  // Once: a tracer stays with the SDK that it found first.
  beforeAll(() => {
    telemetry = InMemoryTelemetry.start();
  });

  beforeEach(() => {
    telemetry.forgetSpans();
  });

  afterAll(async () => {
    await telemetry.stop();
  });

  test('one trace leads from the browser’s click to the effects of the events it set off', async () => {
    const lines: Record<string, unknown>[] = [];
    const logger = createLogger({
      service: 'accounting',
      destination: { write: (line) => void lines.push(JSON.parse(line)) },
    });
    const bus = await openBus();
    const chain = await startChain(bus, logger);
    try {
      await chain.click(traceparentOf(1));
      const processed = await eventually(() => telemetry.span('process journal_entry_posted'), 30_000);

      const click = telemetry.span(CREATE_PAYMENT);
      expect(click).toMatchObject({ kind: SpanKind.SERVER, parentSpanContext: { spanId: 'b'.repeat(16) } });
      const asked = telemetry.span(GET_INVOICE, SpanKind.CLIENT);
      expect(parentOf(asked)).toBe(idOf(click));
      expect(parentOf(telemetry.span(GET_INVOICE, SpanKind.SERVER))).toBe(idOf(asked));

      const created = telemetry.span('create payment_completed', SpanKind.PRODUCER);
      expect(parentOf(created)).toBe(idOf(click));
      const sent = telemetry.span('send payment_completed', SpanKind.CLIENT);
      expect([parentOf(sent), linksOf(sent)]).toEqual([idOf(created), [idOf(created)]]);
      expect(sent.attributes).toMatchObject({
        'messaging.system.name': bus.system,
        'messaging.operation.type': 'send',
        'messaging.destination.name': 'payment_completed',
        'messaging.batch.message_count': 1,
      });

      const transaction = telemetry.spans.filter(({ name }) => name === 'inbox transaction')[0] as ReadableSpan;
      expect([parentOf(transaction), linksOf(transaction)]).toEqual([idOf(created), [idOf(created)]]);
      const handled = telemetry.span('process payment_completed', SpanKind.CONSUMER);
      expect([parentOf(handled), linksOf(handled)]).toEqual([idOf(created), [idOf(created), idOf(transaction)]]);
      const [effect] = await chain.flow.effects(chain.organizationId);
      expect(handled.attributes).toEqual({
        'messaging.system.name': bus.system,
        'messaging.operation.name': 'process',
        'messaging.operation.type': 'process',
        'messaging.destination.name': 'payment_completed',
        'messaging.consumer.group.name': 'accounting',
        'messaging.message.id': effect?.event_id,
        'finflow.outcome': 'handled',
      });

      // The consumer's transaction: its frame in the one span, the effect in the other, the next event below that.
      const statementsOf = (span: ReadableSpan) =>
        telemetry.spans
          .filter((each) => parentOf(each) === idOf(span))
          .map(({ attributes }) => String(attributes['db.query.text'] ?? attributes['db.statement'] ?? ''));
      expect(statementsOf(transaction)).toContainEqual(expect.stringMatching(/^insert into inbox/));
      expect(statementsOf(transaction)).toContainEqual('commit');
      expect(statementsOf(handled)).toContainEqual(expect.stringMatching(/^insert into effects/));
      expect(statementsOf(handled)).toContainEqual(expect.stringMatching(/^insert into outbox/));
      const next = telemetry.span('create journal_entry_posted');
      expect([parentOf(next), parentOf(processed)]).toEqual([idOf(handled), idOf(next)]);

      expect(telemetry.spans.map((span) => span.spanContext().traceId)).toEqual(
        telemetry.spans.map(() => traceIdOf(1)),
      );
      expect(lines.find(({ message }) => message === 'inside')).toMatchObject({
        trace_id: traceIdOf(1),
        span_id: idOf(handled),
      });
    } finally {
      await chain.close();
    }
  });

  test('what events share is linked to each of them, and each is handled in its own trace', async () => {
    const flow = await EventFlow.open(await openBus());
    try {
      const organizationId = crypto.randomUUID();
      const invoiceId = crypto.randomUUID();
      await flow.group();
      for (const digit of [1, 2, 3]) {
        await telemetry.inTrace(traceparentOf(digit), () =>
          flow.append(organizationId, [paymentCompleted(organizationId, { invoiceId })]),
        );
      }
      flow.relay();
      await eventually(async () => expect(await flow.effects(organizationId)).toHaveLength(3), 30_000);

      const named = (name: string) => telemetry.spans.filter((span) => span.name === name);
      const traces = [1, 2, 3].map(traceIdOf);
      const created = named('create payment_completed');
      expect(created.map((span) => span.spanContext().traceId)).toEqual(traces);
      const transaction = telemetry.span('inbox transaction');
      for (const shared of [telemetry.span('send payment_completed'), transaction]) {
        expect(linksOf(shared)).toEqual(created.map(idOf));
        expect(shared.attributes['messaging.batch.message_count']).toBe(3);
        expect(shared.parentSpanContext).toBeUndefined();
        expect(traces).not.toContain(shared.spanContext().traceId);
      }
      const handled = named('process payment_completed');
      expect(handled.map((span) => span.spanContext().traceId)).toEqual(traces);
      expect(handled.map(parentOf)).toEqual(created.map(idOf));
      expect(handled.map(linksOf)).toEqual(created.map((span) => [idOf(span), idOf(transaction)]));
    } finally {
      await flow.close();
    }
  });

  test('a failure says its kind, never its message, and what is logged of it is in the event’s trace', async () => {
    const flow = await EventFlow.open(await openBus());
    const lines: Record<string, unknown>[] = [];
    const logger = createLogger({
      service: 'test',
      destination: { write: (line) => void lines.push(JSON.parse(line)) },
    });
    try {
      const organizationId = crypto.randomUUID();
      await flow.group({
        logger,
        attempts: 1,
        handlers: {
          payment_completed: async (tx, event) => {
            await note(tx, event);
            throw new TypeError('the customer’s name');
          },
        },
      });
      flow.relay();
      await telemetry.inTrace(traceparentOf(4), () => flow.append(organizationId, [paymentCompleted(organizationId)]));
      await eventually(async () => expect(await flow.deadLetters()).toHaveLength(1), 30_000);
      const handled = telemetry.span('process payment_completed');
      expect(handled.attributes).toMatchObject({ 'finflow.outcome': 'failed', 'error.type': 'TypeError' });
      expect(
        JSON.stringify(telemetry.spans.map(({ attributes, events, status }) => [attributes, events, status])),
      ).not.toContain('customer');
      const burial = await eventually(() => {
        const found = lines.find(({ message }) => message === 'an event became a dead letter');
        expect(found).toBeDefined();
        return found;
      });
      expect(burial).toMatchObject({ trace_id: traceIdOf(4) });
      expect(trace.getActiveSpan()).toBeUndefined();
    } finally {
      await flow.close();
    }
  });
}
