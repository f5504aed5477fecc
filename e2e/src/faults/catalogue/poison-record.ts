import { topicNames } from '@finflow/chassis/events/topics';
import { assertFlowing } from '../backlog.ts';
import type { Fault } from '../fault.ts';
import { produceFromOutside } from '../outside-producer.ts';

const BYTES = 200;

/** Bytes that say nothing, without headers, into every partition of every topic: put aside, the rest goes on. */
export const poisonRecord: Fault = {
  name: 'poison-record',
  about: 'a record that nobody can read in every partition of every topic',
  invisible: true,
  async run(context) {
    const { random, pause } = context;
    for (const topic of topicNames) {
      await produceFromOutside(context, topic, () => ({
        value: Buffer.from(Array.from({ length: BYTES }, () => Math.floor(random() * 256))),
      }));
      await pause(random() * 500);
    }
    await assertFlowing(context, 'behind poison');
  },
};
