import { expect, test } from '@jest/globals';
import { auditEvents, outstanding } from '../../src/faults/check/events.ts';
import type { ReceivedEvent, Witness, WrittenEvent } from '../../src/faults/cluster/witness.ts';

/** `payment_failed` has one consumer, accounting. */
const topic = 'payment_failed';

/** Events as written: id, key, when it was written and committed. */
function witnessed(written: [string, string, number, number][], received: string[]): Witness {
  const events = written.map(([id, key, at, committed]): [string, WrittenEvent] => [
    id,
    { id, topic, key, writtenAt: BigInt(at), committedAt: BigInt(committed) },
  ]);
  const taken = received.map((id): ReceivedEvent => ({ id, group: 'accounting', topic }));
  return { written: new Map(events), received: new Map([['accounting', taken]]) } as unknown as Witness;
}

const kinds = (witness: Witness, foreign: string[] = []) =>
  auditEvents(witness, new Set(foreign)).map(({ kind }) => kind);

const one: [string, string, number, number] = ['one', 'a', 1, 2];
const two: [string, string, number, number] = ['two', 'a', 3, 4];

test('events taken once and in their order are as they must be', () => {
  expect(kinds(witnessed([one, two], ['one', 'two']))).toEqual([]);
});

test('an event that no consumer took is lost, and outstanding', () => {
  const witness = witnessed([one, two], ['one']);
  expect(kinds(witness)).toEqual(['lost']);
  expect(outstanding(witness)).toBe(1);
  expect(outstanding(witness, ['one'])).toBe(0);
  expect(outstanding(witness, ['two'], ['analytics'])).toBe(0);
});

test('an event taken twice is doubled', () => {
  expect(kinds(witnessed([one], ['one', 'one']))).toEqual(['doubled']);
});

test('an effect without an event is doubled, unless an outsider produced it', () => {
  expect(kinds(witnessed([one], ['one', 'made up']))).toEqual(['doubled']);
  expect(kinds(witnessed([one], ['one', 'made up']), ['made up'])).toEqual([]);
});

test('a later event of the same key before an earlier one is reordered', () => {
  expect(kinds(witnessed([one, two], ['two', 'one']))).toEqual(['reordered']);
});

test('keys have no order between them, nor have events written at the same time', () => {
  expect(kinds(witnessed([one, ['two', 'b', 3, 4]], ['two', 'one']))).toEqual([]);
  expect(kinds(witnessed([['one', 'a', 1, 4], two], ['two', 'one']))).toEqual([]);
});
