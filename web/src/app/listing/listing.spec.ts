import { describe, expect, it } from '@jest/globals';
import { firstPage, orderOf, orderText, placeOf } from './listing.ts';

const columns = ['due_date', 'amount'];

describe('the place in a list', () => {
  it('is the first page without a token', () => {
    expect(placeOf({}, columns)).toEqual({ orderBy: '', pageToken: '', page: 1 });
    expect(placeOf({ page: '3' }, columns)).toEqual({ orderBy: '', pageToken: '', page: 1 });
  });

  it('is what the address bar says', () => {
    expect(placeOf({ sort: 'due_date desc', after: 'abc', page: '3' }, columns)).toEqual({
      orderBy: 'due_date desc',
      pageToken: 'abc',
      page: 3,
    });
  });

  it.each(['0', '-1', '1.5', 'x', ''])('is the first page for page %p', (page) => {
    expect(placeOf({ after: 'abc', page }, columns)).toMatchObject({ pageToken: '', page: 1 });
  });

  it.each(['evil', 'due_date asc', 'amount, due_date', '', ['amount']])('has the list’s own order for %p', (sort) => {
    expect(placeOf({ sort }, columns).orderBy).toBe('');
  });

  it('is left when filter or order change', () => {
    expect(firstPage({ q: 'acme' })).toEqual({ q: 'acme', after: null, page: null });
  });
});

describe('the order of a list', () => {
  it.each([
    ['due_date desc', 'due_date', 'desc'],
    ['amount', 'amount', 'asc'],
    ['', '', ''],
  ])('%p is column %p, %p', (orderBy, column, direction) => {
    expect(orderOf({ orderBy, pageToken: '', page: 1 })).toEqual({ column, direction });
  });

  it('is written as the contracts want it', () => {
    expect(orderText({ active: 'amount', direction: 'desc' })).toBe('amount desc');
    expect(orderText({ active: 'amount', direction: 'asc' })).toBe('amount');
    expect(orderText({ active: 'amount', direction: '' })).toBeNull();
  });
});
