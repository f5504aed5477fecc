import { TestBed } from '@angular/core/testing';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { Code } from '@connectrpc/connect';
import { AuthService } from '@finflow/proto/finflow/auth/v1/auth_pb';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { provideFakeApi, refusal } from '../../testing/fake-api.ts';
import { AuthClient } from './clients.ts';

const form = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-01$/;

describe('beginTrace', () => {
  const seen: { method: string; traceparent: string | null }[] = [];
  let refuseOnce: boolean;

  beforeEach(() => {
    seen.length = 0;
    refuseOnce = false;
    const note =
      (method: string) =>
      (_: unknown, { requestHeader }: { requestHeader: Headers }) => {
        seen.push({ method, traceparent: requestHeader.get('traceparent') });
        if (method === 'getMe' && refuseOnce) {
          refuseOnce = false;
          throw refusal(Code.Unauthenticated, 'TOKEN_EXPIRED');
        }
        return { accessToken: 'token', accessTokenExpiresAt: timestampFromMs(Date.now() + 600_000) };
      };
    TestBed.configureTestingModule({
      providers: [
        provideFakeApi(({ service }) =>
          service(AuthService, {
            refresh: note('refresh'),
            getMe: (request, context) => {
              note('getMe')(request, context);
              return { id: 'me' };
            },
          }),
        ),
      ],
    });
  });

  const traceparents = (method: string) =>
    seen.filter((call) => call.method === method).map((call) => call.traceparent);

  it('gives every call a W3C trace parent of its own', async () => {
    const auth = TestBed.inject(AuthClient);
    await auth.getMe({});
    await auth.getMe({});
    const [first, second] = traceparents('getMe');
    expect(first).toMatch(form);
    expect(second).toMatch(form);
    expect(second?.split('-')[1]).not.toBe(first?.split('-')[1]);
  });

  it('keeps a call that is sent again with a renewed token in its trace', async () => {
    const auth = TestBed.inject(AuthClient);
    await auth.getMe({});
    refuseOnce = true;
    seen.length = 0;
    await auth.getMe({});
    const [refused, answered] = traceparents('getMe');
    expect(refused).toMatch(form);
    expect(answered).toBe(refused);
    expect(traceparents('refresh')[0]).not.toBe(refused);
  });
});
