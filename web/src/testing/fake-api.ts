import type { Provider } from '@angular/core';
import { type Code, ConnectError, type ConnectRouter, createRouterTransport } from '@connectrpc/connect';
import { ErrorDetailSchema } from '@finflow/proto/finflow/common/v1/error_pb';
import { authenticate } from '../app/api/authenticate.ts';
import { provideApi } from '../app/api/provide-api.ts';
import { EXCLUSIVE, Session } from '../app/api/session.ts';
import { beginTrace } from '../app/api/trace.ts';
import { TRANSPORT } from '../app/api/transport.ts';

/** The app's transport with the services replaced by what `routes` answers, in memory; its interceptors stay. */
export function provideFakeApi(routes: (router: ConnectRouter) => void): Provider[] {
  return [
    provideApi(),
    {
      provide: TRANSPORT,
      useFactory: (session: Session) =>
        createRouterTransport(routes, { transport: { interceptors: [beginTrace(), authenticate(session)] } }),
      deps: [Session],
    },
    // One tab has nobody to wait for.
    { provide: EXCLUSIVE, useValue: <T>(_: string, work: () => Promise<T>) => work() },
  ];
}

/** An error as the services answer it. */
export function refusal(
  code: Code,
  reason: string,
  { message = reason, fields = {}, metadata = {} }: Partial<Refusal> = {},
): ConnectError {
  const violations = Object.entries(fields).map(([field, description]) => ({ field, description }));
  return new ConnectError(message, code, undefined, [
    { desc: ErrorDetailSchema, value: { reason, fields: violations, metadata } },
  ]);
}

interface Refusal {
  readonly message: string;
  readonly fields: Record<string, string>;
  readonly metadata: Record<string, string>;
}
