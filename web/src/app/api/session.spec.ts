import { TestBed } from '@angular/core/testing';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { Code, ConnectError } from '@connectrpc/connect';
import { AuthService } from '@finflow/proto/finflow/auth/v1/auth_pb';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { provideFakeApi, refusal } from '../../testing/fake-api.ts';
import { AuthClient } from './clients.ts';
import { NOW } from './now.ts';
import { EXCLUSIVE, Session } from './session.ts';

const start = Date.parse('2026-03-01T12:00:00Z');
const tenMinutesMs = 600_000;

// A server that rotates: each refresh makes the tokens before it worthless.
class FakeAuth {
  refreshes = 0;
  running = 0;
  mostAtOnce = 0;
  valid = '';
  refuseCalls = false;
  refuse: ConnectError | undefined;
  now = start;

  readonly issue = () => {
    this.valid = `token-${this.refreshes}`;
    return { accessToken: this.valid, accessTokenExpiresAt: timestampFromMs(this.now + tenMinutesMs) };
  };

  readonly refresh = async () => {
    this.refreshes += 1;
    this.running += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.running);
    await Promise.resolve();
    this.running -= 1;
    if (this.refuse) throw this.refuse;
    return this.issue();
  };
}

describe('Session and transport', () => {
  let fake: FakeAuth;
  let seen: (string | null)[];
  let locked: string[];

  beforeEach(() => {
    fake = new FakeAuth();
    seen = [];
    locked = [];
    TestBed.configureTestingModule({
      providers: [
        provideFakeApi(({ service }) =>
          service(AuthService, {
            login: () => fake.issue(),
            refresh: fake.refresh,
            getMe: (_, { requestHeader }) => {
              const given = requestHeader.get('authorization');
              seen.push(given);
              if (fake.refuseCalls || given !== `Bearer ${fake.valid}`)
                throw refusal(Code.Unauthenticated, 'UNAUTHENTICATED');
              return { id: 'me', email: 'ana@example.com' };
            },
          }),
        ),
        { provide: NOW, useValue: () => fake.now },
        {
          provide: EXCLUSIVE,
          useValue: <T>(name: string, work: () => Promise<T>) => {
            locked.push(name);
            return work();
          },
        },
      ],
    });
  });

  const auth = () => TestBed.inject(AuthClient);
  const session = () => TestBed.inject(Session);

  async function signIn(): Promise<void> {
    session().accept(await auth().login({ email: 'a', password: 'b', useCookie: true }));
  }

  it('sends the token with calls that ask for one, and with no other', async () => {
    await signIn();
    await auth().getMe({});
    expect(seen).toEqual([`Bearer ${fake.valid}`]);
    expect(fake.refreshes).toBe(0);
  });

  it('renews once and repeats the call when the token is refused', async () => {
    await signIn();
    fake.valid = 'revoked by a rotated key';
    await expect(auth().getMe({})).resolves.toMatchObject({ id: 'me' });
    expect(fake.refreshes).toBe(1);
    expect(seen).toHaveLength(2);
  });

  it('shares one renewal among all calls that need it', async () => {
    await signIn();
    fake.valid = 'revoked by a rotated key';
    await Promise.all(Array.from({ length: 8 }, () => auth().getMe({})));
    expect(fake.refreshes).toBe(1);
    expect(fake.mostAtOnce).toBe(1);
  });

  it('does not renew again for a call that failed with a token replaced meanwhile', async () => {
    await signIn();
    const stale = await session().accessToken();
    await session().renew(stale);
    await session().renew(stale);
    expect(fake.refreshes).toBe(1);
  });

  it('renews a token about to expire before it is used', async () => {
    await signIn();
    fake.now += tenMinutesMs - 5_000;
    await auth().getMe({});
    expect(fake.refreshes).toBe(1);
    expect(seen).toHaveLength(1);
  });

  it('takes turns with other tabs', async () => {
    await session().renew(undefined);
    expect(locked).toEqual(['finflow.refresh']);
  });

  it('gives up after one renewal when the call is refused again', async () => {
    await signIn();
    fake.refuseCalls = true;
    await expect(auth().getMe({})).rejects.toMatchObject({ code: Code.Unauthenticated });
    expect(fake.refreshes).toBe(1);
    expect(seen).toHaveLength(2);
  });

  it('says that the session is over when the server refuses the cookie', async () => {
    await signIn();
    let ended = 0;
    session().ended.subscribe(() => {
      ended += 1;
    });
    fake.valid = 'revoked';
    fake.refuse = refusal(Code.Unauthenticated, 'INVALID_REFRESH_TOKEN');
    await expect(auth().getMe({})).rejects.toMatchObject({ code: Code.Unauthenticated });
    expect(ended).toBe(1);
    expect(session().open()).toBe(false);
  });

  it('keeps the session when the server cannot be reached', async () => {
    await signIn();
    let ended = 0;
    session().ended.subscribe(() => {
      ended += 1;
    });
    fake.valid = 'revoked';
    fake.refuse = new ConnectError('down', Code.Unavailable);
    await expect(auth().getMe({})).rejects.toMatchObject({ code: Code.Unavailable });
    expect(ended).toBe(0);
    expect(session().open()).toBe(true);
  });

  it('does not open a session again that was left while it was renewed', async () => {
    const renewal = session().renew(undefined);
    session().drop();
    await renewal;
    expect(session().open()).toBe(false);
  });
});
