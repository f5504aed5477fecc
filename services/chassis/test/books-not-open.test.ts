import { expect, test } from '@jest/globals';
import { booksNotOpen, untilBooksAreOpen } from '../src/books-not-open.ts';
import { notFound } from '../src/errors.ts';

/** An attempt that finds the books open at its n-th time. */
function openAtAttempt(n: number) {
  const attempt = async () => {
    attempt.made += 1;
    if (attempt.made < n) throw booksNotOpen();
    return 'done';
  };
  attempt.made = 0;
  return attempt;
}

test('what finds the books open is run once', async () => {
  const attempt = openAtAttempt(1);
  expect(await untilBooksAreOpen(attempt)).toBe('done');
  expect(attempt.made).toBe(1);
});

test('what finds none is run again until there are', async () => {
  const attempt = openAtAttempt(3);
  expect(await untilBooksAreOpen(attempt)).toBe('done');
  expect(attempt.made).toBe(3);
});

test('the waiting has an end, with a reason', async () => {
  const refused = untilBooksAreOpen(openAtAttempt(Number.POSITIVE_INFINITY), { withinMs: 1 });
  await expect(refused).rejects.toMatchObject({ code: 'UNAVAILABLE', reason: 'BOOKS_NOT_OPEN' });
});

test('the waiting ends with its caller', async () => {
  const caller = new AbortController();
  const attempt = openAtAttempt(Number.POSITIVE_INFINITY);
  const refused = untilBooksAreOpen(attempt, { signal: caller.signal, withinMs: 2 ** 31 - 1 });
  caller.abort();
  await expect(refused).rejects.toMatchObject({ reason: 'BOOKS_NOT_OPEN' });
  expect(attempt.made).toBe(1);
});

test('any other failure is not waited out', async () => {
  const refused = untilBooksAreOpen(() => Promise.reject(notFound('INVOICE_NOT_FOUND', 'There is no such invoice.')));
  await expect(refused).rejects.toMatchObject({ reason: 'INVOICE_NOT_FOUND' });
});
