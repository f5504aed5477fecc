import { describe, expect, test } from '@jest/globals';
import { type EventRecord, PublishError, TopicUnavailable } from '../../src/events/bus.ts';
import { EmbeddedBus } from '../../src/events/embedded-bus.ts';
import { newId } from '../../src/ids.ts';
import { describeBusConformance } from './bus-conformance.ts';
import { gate } from './event-flow.ts';

describeBusConformance('the embedded bus', async () => new EmbeddedBus());

const topics = { paid: { consumers: ['books', 'mail'] }, noted: { consumers: [] } };

function record(topic: string, key = newId()): EventRecord {
  const headers = { id: newId(), type: 't', schemaVersion: '1', organizationId: newId(), occurredAt: '' };
  return { topic, key, value: Buffer.alloc(0), headers };
}

/** The records that a publication failed for. */
async function failuresOf(publication: Promise<void>): Promise<EventRecord[]> {
  const error = await publication.then(() => undefined).catch((reason: unknown) => reason);
  if (error === undefined) return [];
  expect(error).toBeInstanceOf(PublishError);
  return [...(error as PublishError).failed.keys()];
}

const reasonsOf = (publication: Promise<void>): Promise<unknown[]> =>
  publication.then(
    () => [],
    (error: PublishError) => [...error.failed.values()],
  );

describe('the embedded bus', () => {
  test('publishes nothing while a declared consumer is missing', async () => {
    const bus = new EmbeddedBus({ topics });
    const seen: string[] = [];
    await bus.subscribe('books', ['paid'], async () => void seen.push('books'));
    const records = [record('paid'), record('noted')];
    expect(await failuresOf(bus.publish(records))).toEqual(records.slice(0, 1));
    expect(await reasonsOf(bus.publish(records))).toEqual([expect.any(TopicUnavailable)]);
    expect(seen).toEqual([]);
    const mail = await bus.subscribe('mail', ['paid'], async () => void seen.push('mail'));
    expect(await failuresOf(bus.publish(records))).toEqual([]);
    expect(seen.sort()).toEqual(['books', 'mail']);
    await mail.stop();
    expect(await failuresOf(bus.publish(records))).toEqual(records.slice(0, 1));
  });

  test('has published when every group has committed, and not before', async () => {
    const bus = new EmbeddedBus({ topics });
    const door = gate();
    await bus.subscribe('books', ['paid'], async () => undefined);
    await bus.subscribe('mail', ['paid'], () => door.pass());
    let published = false;
    const publication = bus.publish([record('paid')]).then(() => {
      published = true;
    });
    await door.arrived;
    expect(published).toBe(false);
    door.open();
    await publication;
  });

  test('fails for the keys of a lane whose delivery failed, and for no other', async () => {
    const bus = new EmbeddedBus({ topics, lanes: 64 });
    const [good, bad] = [record('paid', 'a'), record('paid', 'b')];
    await bus.subscribe('books', ['paid'], async () => undefined);
    await bus.subscribe('mail', ['paid'], async ([first]) => {
      if (first?.key === 'b') throw new Error('no');
    });
    expect(await failuresOf(bus.publish([good, bad]))).toEqual([bad]);
  });

  test('refuses topics nobody declared and consumers nobody declared', async () => {
    const bus = new EmbeddedBus({ topics });
    await expect(bus.subscribe('books', ['noted'], async () => undefined)).rejects.toThrow(/not declared/);
    await expect(bus.subscribe('books', ['unknown'], async () => undefined)).rejects.toThrow(/not declared/);
    await bus.subscribe('books', ['paid'], async () => undefined);
    await expect(bus.subscribe('books', ['paid'], async () => undefined)).rejects.toThrow(/already/);
    const unknown = record('unknown');
    expect(await failuresOf(bus.publish([unknown]))).toEqual([unknown]);
  });

  test('delivers to one group at as many places as it has lanes, and to one key at one', async () => {
    const bus = new EmbeddedBus({ topics: { paid: { consumers: ['books'] } }, lanes: 3 });
    const atWork = new Set<string>();
    let most = 0;
    await bus.subscribe('books', ['paid'], async (records) => {
      for (const { key } of records) {
        expect(atWork.has(key)).toBe(false);
        atWork.add(key);
      }
      most = Math.max(most, atWork.size);
      await new Promise((resolve) => setImmediate(resolve));
      for (const { key } of records) atWork.delete(key);
    });
    const keys = Array.from({ length: 20 }, (_, index) => `key-${index}`);
    await Promise.all(keys.flatMap((key) => Array.from({ length: 5 }, () => bus.publish([record('paid', key)]))));
    expect(most).toBe(3);
  });
});
