import { expect, test } from '@jest/globals';
import { ObservedService } from '../src/testing/observed-service.ts';

test('a service that does not start is told with its own words, as soon as it has ended', async () => {
  const main = new URL('./fixtures/runnable.ts', import.meta.url);
  const start = ObservedService.start({ main, environment: { BEHAVIOUR: 'fails to start' } });
  await expect(start).rejects.toThrow(/The service has not started: .*could not start/s);
  // Sooner than it would give up waiting.
}, 20_000);
