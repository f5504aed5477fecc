import { Code, ConnectError } from '@connectrpc/connect';
import { describe, expect, it } from '@jest/globals';
import { refusal } from '../../testing/fake-api.ts';
import { Intent } from './intent.ts';
import { toProblem } from './problem.ts';

describe('Intent', () => {
  it('repeats the id after a lost answer, so that nothing happens twice', () => {
    const intent = new Intent();
    const first = intent.attempt(null);
    expect(intent.attempt(toProblem(new ConnectError('', Code.Unavailable)))).toBe(first);
    expect(intent.attempt(toProblem(new TypeError('Failed to fetch')))).toBe(first);
    expect(intent.attempt(toProblem(new ConnectError('', Code.Internal)))).toBe(first);
  });

  it('takes another id once the service has refused for good', () => {
    const intent = new Intent();
    const first = intent.attempt(null);
    const second = intent.attempt(toProblem(refusal(Code.InvalidArgument, 'INVALID_REQUEST')));
    expect(second).not.toBe(first);
    expect(intent.attempt(null)).toBe(second);
  });

  it('gives each thing meant an id of its own', () => {
    expect(new Intent().attempt(null)).not.toBe(new Intent().attempt(null));
  });
});
