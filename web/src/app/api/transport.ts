import { InjectionToken, inject } from '@angular/core';
import type { Transport } from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-web';
import { authenticate } from './authenticate.ts';
import { Session } from './session.ts';
import { beginTrace } from './trace.ts';

// Longer than any unary method takes; a person waiting this long wants an answer, even a bad one.
const callTimeoutMs = 30_000;

/** The one way to the services: same origin, Connect protocol, binary. */
export const TRANSPORT = new InjectionToken<Transport>('TRANSPORT', {
  providedIn: 'root',
  factory: () =>
    createConnectTransport({
      baseUrl: location.origin,
      useBinaryFormat: true,
      defaultTimeoutMs: callTimeoutMs,
      interceptors: [beginTrace(), authenticate(inject(Session))],
    }),
});
