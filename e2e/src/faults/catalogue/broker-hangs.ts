import { DrainMeter } from '../backlog.ts';
import type { Fault } from '../fault.ts';

const AWAY_MS = 30_000;

/** The only broker keeps its connections and answers nothing (SIGSTOP): worse than one that refuses. */
export const brokerHangs: Fault = {
  name: 'broker-hangs',
  about: `the only broker is there and answers nothing for ${AWAY_MS / 1000} s`,
  invisible: true,
  async run(context) {
    const broker = context.cluster.kafka.brokers[0]!;
    const meter = await DrainMeter.start(context);
    broker.signal('SIGSTOP');
    try {
      await context.pause(AWAY_MS);
    } finally {
      broker.signal('SIGCONT');
    }
    context.say('the broker goes on');
    await meter.untilDrained();
  },
};
