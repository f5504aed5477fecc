import { Code, ConnectError } from '@connectrpc/connect';
import { describe, expect, it } from '@jest/globals';
import { refusal } from '../../testing/fake-api.ts';
import { toProblem } from './problem.ts';

describe('toProblem', () => {
  it('takes reason, fields and figures from what the service says', () => {
    const error = refusal(Code.InvalidArgument, 'VALIDATION_FAILED', {
      message: 'due_date: must be a date; line_items[0].description: must not be empty',
      fields: { due_date: 'must be a date', 'line_items[0].description': 'must not be empty' },
      metadata: { limit: '3' },
    });
    expect(toProblem(error)).toMatchObject({
      code: Code.InvalidArgument,
      reason: 'VALIDATION_FAILED',
      message: 'Some of what you entered was not accepted. Check it and try again.',
      fields: { due_date: 'Must be a date.', 'line_items[0].description': 'Must not be empty.' },
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
    const error = refusal(Code.Unavailable, 'ACCOUNTING_UNAVAILABLE', { message: 'the invoice cannot be checked now' });
    expect(toProblem(error)).toMatchObject({
      message: 'The invoice cannot be checked now.',
      unreachable: false,
      unsettled: true,
    });
  });

  it('says in plain words what services say to programs, for the whole and for its field', () => {
    const error = refusal(Code.FailedPrecondition, 'INVOICE_NOT_PAYABLE', {
      message: 'the invoice is PAID',
      fields: { invoice_id: 'the invoice is PAID' },
    });
    const words = 'This invoice has been paid or cancelled in the meantime. Nothing was charged.';
    expect(toProblem(error)).toMatchObject({ message: words, fields: { invoice_id: words } });
  });

  it('gives the number by which a fault of ours is found', () => {
    const error = refusal(Code.Internal, 'INTERNAL', {
      message: 'internal error; quote 0198 when you report it',
      metadata: { correlationId: '0198' },
    });
    expect(toProblem(error).message).toMatch(/^Something went wrong on our side.* 0198$/);
  });

  it('shows nobody our insides', () => {
    expect(toProblem(new ConnectError('relation "x" does not exist', Code.Internal)).message).not.toContain('relation');
    expect(toProblem(new Error('undefined is not a function')).message).not.toContain('undefined');
  });
});
