import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Auth, PASSWORD } from './support/auth.ts';
import { newEmail } from './support/people.ts';

let auth: Auth;
let email: string;

beforeAll(async () => {
  auth = await Auth.start();
  email = newEmail();
  await auth.as().auth.register({ email, password: PASSWORD });
});
afterAll(() => auth.stop());

interface Answer {
  readonly status: number;
  readonly body: Record<string, string>;
  readonly setCookie: string | undefined;
}

/** Calls as a browser would from a page of `origin`. */
async function call(method: string, message: object, headers: Record<string, string> = {}): Promise<Answer> {
  const response = await fetch(`${auth.url}/finflow.auth.v1.AuthService/${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: auth.url, ...headers },
    body: JSON.stringify(message),
  });
  const body = (await response.json()) as Record<string, string>;
  return { status: response.status, body, setCookie: response.headers.getSetCookie()[0] };
}

const cookieOf = ({ setCookie }: Answer) => setCookie?.split(';')[0] ?? '';
const signIn = () => call('Login', { email, password: PASSWORD, useCookie: true });

describe('the refresh cookie', () => {
  test('holds the token where no script and no other host can reach it', async () => {
    const answer = await signIn();
    expect(answer.body.accessToken).toEqual(expect.any(String));
    expect(answer.body).not.toHaveProperty('refreshToken');
    const [pair, ...attributes] = (answer.setCookie ?? '').split('; ');
    expect(pair).toMatch(/^__Host-finflow_refresh=[\w-]{43}$/);
    expect(attributes.sort()).toEqual(['HttpOnly', 'Max-Age=2592000', 'Path=/', 'SameSite=Strict', 'Secure']);
  });

  test('is not set for who did not ask for it', async () => {
    const answer = await call('Login', { email, password: PASSWORD });
    expect(answer.setCookie).toBeUndefined();
    expect(answer.body.refreshToken).toEqual(expect.any(String));
  });

  test('refreshes, and is replaced', async () => {
    const first = await signIn();
    const second = await call('Refresh', {}, { cookie: `theme=dark; ${cookieOf(first)}` });
    expect(second.status).toBe(200);
    expect(second.body).not.toHaveProperty('refreshToken');
    expect(cookieOf(second)).toMatch(/^__Host-finflow_refresh=[\w-]{43}$/);
    expect(cookieOf(second)).not.toBe(cookieOf(first));
    expect((await call('Refresh', {}, { cookie: cookieOf(first) })).status).toBe(401);
  });

  test('is taken away at logout, with the session', async () => {
    const first = await signIn();
    const answer = await call('Logout', {}, { cookie: cookieOf(first) });
    expect(answer.setCookie).toMatch(/^__Host-finflow_refresh=; Max-Age=0; /);
    expect((await call('Refresh', {}, { cookie: cookieOf(first) })).status).toBe(401);
  });

  test.each([
    ['another site', { origin: 'https://evil.example' }],
    ['a page without an origin', { origin: 'null' }],
    ['another port of this host', { origin: 'http://127.0.0.1:1' }],
    ['another site, as the browser says', { 'sec-fetch-site': 'cross-site' }],
    ['a sibling host, as the browser says', { 'sec-fetch-site': 'same-site' }],
  ])('is not believed from %s, and the session lives on', async (_, headers) => {
    const first = await signIn();
    for (const method of ['Refresh', 'Logout']) {
      const answer = await call(method, {}, { cookie: cookieOf(first), ...headers });
      expect(answer.status).toBeGreaterThanOrEqual(401);
      expect(answer.setCookie).toBeUndefined();
    }
    expect((await call('Refresh', {}, { cookie: cookieOf(first) })).status).toBe(200);
  });

  test("is not given to another site's page, which would sign its visitor in as somebody else", async () => {
    const answer = await call(
      'Login',
      { email, password: PASSWORD, useCookie: true },
      { origin: 'https://evil.example' },
    );
    expect(answer.status).toBeGreaterThanOrEqual(401);
    expect(answer.setCookie).toBeUndefined();
  });
});
