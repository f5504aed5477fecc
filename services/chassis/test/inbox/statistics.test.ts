import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newId } from '../../src/ids.ts';
import { release, waitFor } from '../../src/inbox/consumer-group.ts';
import { requestReplay } from '../../src/inbox/dead-letter-decisions.ts';
import { inboxStatistics } from '../../src/inbox/statistics.ts';
import { RecordingBus } from '../../src/testing/recording-bus.ts';
import { EventFlow, note, paymentCompleted, paymentRefunded } from '../events/event-flow.ts';

const bus = new RecordingBus();
let flow: EventFlow;
beforeAll(async () => {
  flow = await EventFlow.open(bus);
});
afterAll(async () => await flow?.close());

test('what waits and what is dead is counted by group, with how long the oldest has waited', async () => {
  const [acme, globex] = [newId(), newId()];
  const statistics = () => flow.consumer.system(inboxStatistics);
  const group = await flow.group({
    handlers: {
      payment_completed: async (tx, event) => {
        if (event.payload.amount === 0n) throw new TypeError('nothing to book');
        await note(tx, event);
        await release(tx, `payment:${event.payload.id}`);
      },
      payment_refunded: async (_tx, { payload }) => waitFor(`payment:${payload.paymentId}`),
    },
  });
  expect(await statistics()).toEqual([]);
  for (const organization of [acme, acme, globex]) await bus.send(paymentRefunded(organization, newId()));
  await flow.consumer.tenant(globex, (tx) => tx.query("update inbox set received_at = now() - interval '10 minutes'"));
  await group.stop();
  for (const organization of [acme, globex]) {
    const group = await flow.group({
      handlers: { payment_completed: async () => Promise.reject(new TypeError('no')) },
    });
    await bus.send(paymentCompleted(organization, { amount: 0n }));
    await group.stop();
  }
  await flow.consumer.system((tx) => requestReplay(tx, { organizationId: acme, states: ['kept'] }, 10));
  const [found, ...more] = await statistics();
  expect(more).toEqual([]);
  expect(found).toEqual({
    group: 'accounting',
    waiting: 3,
    oldestWaitingSeconds: expect.any(Number),
    // One of them asked to be replayed, with nobody to do it.
    deadLetters: 2,
  });
  expect(Math.round((found?.oldestWaitingSeconds ?? 0) / 60)).toBe(10);
});
