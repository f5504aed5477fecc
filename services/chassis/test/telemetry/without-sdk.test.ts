import { expect, test } from '@jest/globals';
import { trace } from '@opentelemetry/api';
import { EmbeddedBus } from '../../src/events/embedded-bus.ts';
import { newId } from '../../src/ids.ts';
import { EventFlow, note, paymentCompleted, TappedBus } from '../events/event-flow.ts';

test('without telemetry events take effect outside of any span, and carry no trace', async () => {
  const bus = new TappedBus(new EmbeddedBus());
  const flow = await EventFlow.open(bus);
  try {
    const headers: object[] = [];
    const spans: unknown[] = [];
    bus.onPublish = async (records) => void headers.push(...records.map((record) => record.headers));
    await flow.group({
      handlers: {
        payment_completed: async (tx, event) => {
          spans.push(trace.getActiveSpan());
          await note(tx, event);
        },
      },
    });
    const relay = flow.relay();
    const acme = newId();
    await flow.append(acme, [paymentCompleted(acme)]);
    await relay.idle();
    expect(await flow.effects(acme)).toHaveLength(1);
    expect(spans).toEqual([undefined]);
    expect(headers).toEqual([expect.not.objectContaining({ traceparent: expect.anything() })]);
  } finally {
    await flow.close();
  }
});
