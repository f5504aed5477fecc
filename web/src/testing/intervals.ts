import { jest } from '@jest/globals';

/**
 * Stops the clock of RxJS, whose timers are all intervals, and nothing else: pages and services in memory go on. Give the
 * environment back with `jest.useRealTimers()`.
 */
export function stopTimers(): { pass: (ms: number) => Promise<void> } {
  jest.useFakeTimers({
    doNotFake: [
      'Date',
      'cancelAnimationFrame',
      'clearImmediate',
      'clearTimeout',
      'hrtime',
      'nextTick',
      'performance',
      'queueMicrotask',
      'requestAnimationFrame',
      'setImmediate',
      'setTimeout',
    ],
  });
  return { pass: (ms) => jest.advanceTimersByTimeAsync(ms) };
}
