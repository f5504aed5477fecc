import { DrainMeter } from '../backlog.ts';
import type { Fault } from '../fault.ts';

/** The only broker dies and is away for a while: events wait in the outboxes, and nobody who asks notices. */
export function brokerDown(downMs: number): Fault {
  return {
    name: 'broker-down',
    about: `kill -9 of the only broker, ${downMs / 1000} s down`,
    invisible: true,
    async run(context) {
      const broker = context.cluster.kafka.brokers[0]!;
      const meter = await DrainMeter.start(context);
      await broker.kill();
      try {
        await context.pause(downMs);
      } finally {
        await broker.start();
      }
      context.say('the broker is back');
      await meter.untilDrained();
    },
  };
}
