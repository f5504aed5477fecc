import { expect, test } from '@jest/globals';
import { derivedId, newId } from '../src/ids.ts';

test('ids are UUIDs of version 7, unlike each other, in the order they were made', () => {
  const ids = Array.from({ length: 10_000 }, newId);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(new Set(ids).size).toBe(ids.length);
  expect([...ids].sort()).toEqual(ids);
});

test('a derived id is a UUID of version 8, the same for the same parts alone', () => {
  const id = derivedId('register', 'a@example.com');
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(derivedId('register', Buffer.from('a@example.com'))).toBe(id);
  expect(derivedId('registera', '@example.com')).not.toBe(id);
});
