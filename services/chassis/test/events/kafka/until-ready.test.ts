import { EmbeddedKafkaError, untilReady } from '@finflow/chassis/events/kafka/embedded/java';
import { beforeEach, expect, test } from '@jest/globals';

let running: boolean;
const program = {
  log: 'out of memory',
  get running() {
    return running;
  },
  stop: async () => {
    running = false;
  },
};
beforeEach(() => {
  running = true;
});

test('a program that answers after a while goes on', async () => {
  let asked = 0;
  await untilReady(program, 'Kafka', async () => ++asked === 3, 60_000);
  expect(running).toBe(true);
});

test('one that does not answer is ended, so that the next has its port and its files', async () => {
  const started = untilReady(program, 'Kafka', async () => false, 10);
  await expect(started).rejects.toThrow(new EmbeddedKafkaError('Kafka was not ready within 0.01 s:\nout of memory'));
  expect(running).toBe(false);
});

test('one that ends by itself is told with what it printed', async () => {
  running = false;
  const started = untilReady(program, 'Kafka', async () => false);
  await expect(started).rejects.toThrow('Kafka ended before it was ready:\nout of memory');
});
