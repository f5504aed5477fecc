import { expect, test } from '@jest/globals';
import { FrameReader, textsOf } from '../../src/faults/cluster/postgres-frames.ts';

function message(type: string, body: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(4 + body.length);
  return Buffer.concat([Buffer.from(type), length, Buffer.from(body)]);
}

const conversation = Buffer.concat([
  message('', 'start up'),
  message('Q', 'select 1\0'),
  message('P', 'name\0begin\0'),
]);

test.each([1, 3, 7, conversation.length])('messages are the same, %i bytes at a time', (size) => {
  const reader = new FrameReader({ client: true });
  const frames = [];
  for (let from = 0; from < conversation.length; from += size) {
    frames.push(...reader.read(Buffer.from(conversation.subarray(from, from + size))));
  }
  expect(frames.map(({ type }) => type)).toEqual(['', 'Q', 'P']);
  expect(textsOf(frames[2]!, 2)).toEqual(['name', 'begin']);
  expect(Buffer.concat(frames.map(({ raw }) => raw))).toEqual(conversation);
});
