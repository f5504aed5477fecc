import { Code, ConnectError } from '@connectrpc/connect';
import { describe, expect, it } from '@jest/globals';
import { refusal } from '../../testing/fake-api.ts';
import { toProblem } from './problem.ts';

describe('toProblem', () => {
  it('takes reason, fields and figures from what the service says', () => {
    const error = refusal(Code.InvalidArgument, 'INVALID_REQUEST', {
      message: 'Two fields are wrong.',
      fields: { due_date: 'must be a date', 'line_items[0].description': 'must not be empty' },
      metadata: { limit: '3' },
    });
    expect(toProblem(error)).toMatchObject({
      code: Code.InvalidArgument,
      reason: 'INVALID_REQUEST',
      message: 'Two fields are wrong.',
      fields: { due_date: 'must be a date', 'line_items[0].description': 'must not be empty' },
      metadata: { limit: '3' },
      unreachable: false,
      unsettled: false,
    });
  });

  it.each([
    ['the connection fails', new TypeError('Failed to fetch')],
    ['a gateway answers for a service that is down', new ConnectError('HTTP 503', Code.Unavailable)],
    ['the answer takes too long', new ConnectError('the operation timed out', Code.DeadlineExceeded)],
  ])('knows that nobody could be reached when %s', (_, thrown) => {
    expect(toProblem(thrown)).toMatchObject({ unreachable: true, unsettled: true, reason: '' });
  });

  it('keeps a service’s own words for what is unavailable', () => {
    const error = refusal(Code.Unavailable, 'PROCESSOR_UNAVAILABLE', { message: 'The card processor did not answer.' });
    expect(toProblem(error)).toMatchObject({
      message: 'The card processor did not answer.',
      unreachable: false,
      unsettled: true,
    });
  });

  it('shows nobody our insides', () => {
    expect(toProblem(new ConnectError('relation "x" does not exist', Code.Internal)).message).not.toContain('relation');
    expect(toProblem(new Error('undefined is not a function')).message).not.toContain('undefined');
  });
});
