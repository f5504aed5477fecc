import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { until } from './screen.ts';

describe('until', () => {
  afterEach(() => {
    jest.restoreAllMocks();
    document.body.textContent = '';
  });

  it('lets turns of the event loop pass, never time', async () => {
    const timers = jest.spyOn(globalThis, 'setTimeout');
    let turns = 0;
    await until(() => ++turns === 3);
    expect(timers.mock.calls.map(([, delayMs]) => delayMs ?? 0)).toEqual([0, 0, 0]);
  });

  it('sees what was due before', async () => {
    let rendered = false;
    let looks = 0;
    setTimeout(() => {
      rendered = true;
    });
    await until(() => {
      looks += 1;
      return rendered;
    });
    expect(looks).toBe(1);
  });

  it('gives up with what the page says', async () => {
    document.body.textContent = 'Nothing here';
    await expect(until(() => false)).rejects.toThrow('Never came to be; the page says: Nothing here');
  });
});
