import { Injector, type Provider } from '@angular/core';
import { AuthClient } from './clients.ts';
import { REFRESH } from './session.ts';

// Shorter than another tab waits for its turn.
const refreshTimeoutMs = 10_000;

/** Joins session and clients: renewing a session is a call, and calls need the session. */
export function provideApi(): Provider[] {
  return [
    {
      provide: REFRESH,
      useFactory: (injector: Injector) => () => injector.get(AuthClient).refresh({}, { timeoutMs: refreshTimeoutMs }),
      deps: [Injector],
    },
  ];
}
