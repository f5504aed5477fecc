import { DrainMeter } from '../backlog.ts';
import type { Fault } from '../fault.ts';

const DOWN_MS = 60_000;

/** The only broker dies and is away for a minute: events wait in the outboxes, and nobody who asks notices. */
export const brokerDown: Fault = {
  name: 'broker-down',
  about: `kill -9 of the only broker, ${DOWN_MS / 1000} s down`,
  invisible: true,
  async run(context) {
    const broker = context.cluster.kafka.brokers[0]!;
    const meter = await DrainMeter.start(context);
    await broker.kill();
    try {
      await context.pause(DOWN_MS);
    } finally {
      await broker.start();
    }
    context.say('the broker is back');
    await meter.untilDrained();
  },
};
