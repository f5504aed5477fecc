import { expect, test } from '@jest/globals';
import { type NextOffset, Offsets } from '../../../src/events/kafka/offsets.ts';
import { eventually } from '../../../src/testing/eventually.ts';

function next(partition: number, offset: number): NextOffset {
  return { topic: 'payment_completed', partition, offset: String(offset) };
}

/** A coordinator whose answers the test gives. */
function coordinator(patienceMs?: number) {
  const commits: { offsets: NextOffset[]; answer: PromiseWithResolvers<void> }[] = [];
  const offsets = new Offsets((due) => {
    const answer = Promise.withResolvers<void>();
    commits.push({ offsets: due, answer });
    return answer.promise;
  }, patienceMs);
  return { commits, offsets };
}

test('one commit at a time, and the next has the latest of each partition', async () => {
  const { commits, offsets } = coordinator();
  offsets.handled(next(0, 1));
  for (const later of [next(0, 2), next(1, 7), next(0, 3)]) offsets.handled(later);
  expect(commits.map((commit) => commit.offsets)).toEqual([[next(0, 1)]]);
  commits[0]?.answer.resolve();
  await eventually(() => expect(commits[1]?.offsets).toEqual([next(0, 3), next(1, 7)]));
});

test('a commit that failed is made again, with what was handled meanwhile', async () => {
  const { commits, offsets } = coordinator();
  offsets.handled(next(0, 1));
  commits[0]?.answer.reject(new Error('the coordinator moved'));
  offsets.handled(next(1, 7));
  await eventually(() => expect(commits[1]?.offsets).toEqual(expect.arrayContaining([next(0, 1), next(1, 7)])));
});

test('a commit that is never answered is made again', async () => {
  const { commits, offsets } = coordinator(50);
  offsets.handled(next(0, 1));
  await eventually(() => expect(commits[1]?.offsets).toEqual([next(0, 1)]));
  commits[1]?.answer.resolve();
  await offsets.leave();
});

test('what was handled before partitions were assigned anew is not committed after it', async () => {
  const { commits, offsets } = coordinator();
  offsets.handled(next(0, 1));
  offsets.handled(next(1, 7));
  offsets.forget();
  commits[0]?.answer.reject(new Error('illegal generation'));
  offsets.handled(next(2, 4));
  await eventually(() => expect(commits[1]?.offsets).toEqual([next(2, 4)]));
});

test('who leaves commits what is due at once, and is not held by a commit that fails', async () => {
  const { commits, offsets } = coordinator();
  offsets.handled(next(0, 1));
  offsets.handled(next(0, 2));
  const left = offsets.leave();
  commits[0]?.answer.resolve();
  await eventually(() => expect(commits[1]?.offsets).toEqual([next(0, 2)]));
  commits[1]?.answer.reject(new Error('the cluster is away'));
  await left;
  expect(commits).toHaveLength(2);
});
