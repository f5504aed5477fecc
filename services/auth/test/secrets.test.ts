import { PlatformRole } from '@finflow/proto/finflow/common/v1/authorization_pb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Auth, PASSWORD } from './support/auth.ts';
import { administrator, newEmail, registered } from './support/people.ts';

const CANARY = 'canary-Tr0ub4dor&3';
const secrets = new Set<string>([CANARY, PASSWORD]);
let auth: Auth;

/** Uses every method that takes or gives a secret, in ways that succeed and in ways that fail, over HTTP too. */
beforeAll(async () => {
  auth = await Auth.start();
  const owner = await registered(auth);
  const anybody = auth.as();
  const email = newEmail();
  await anybody.auth.register({ email, password: CANARY, requestId: 'canary' });
  await anybody.auth.register({ email, password: CANARY }).catch(() => undefined);
  const tokens = await anybody.auth.login({ email, password: CANARY });
  await anybody.auth.login({ email, password: `${CANARY}!` }).catch(() => undefined);
  const renewed = await anybody.auth.refresh({ refreshToken: tokens.refreshToken });
  await anybody.auth.refresh({ refreshToken: tokens.refreshToken }).catch(() => undefined);
  const { token } = await auth.as(owner.accessToken).organizations.inviteMember({
    email: newEmail(),
    role: 1,
    requestId: 'canary',
  });
  await anybody.organizations.acceptInvitation({ token, password: CANARY, requestId: 'canary' });
  await anybody.organizations.acceptInvitation({ token, password: CANARY }).catch(() => undefined);
  for (const secret of [tokens.accessToken, tokens.refreshToken, renewed.accessToken, renewed.refreshToken, token]) {
    secrets.add(secret);
  }
  for (const [headers, body] of [
    [{ 'content-type': 'application/json' }, JSON.stringify({ email, password: CANARY, surplus: 1 })],
    [{ 'content-type': 'application/json' }, `{"email":"${email}","password":"${CANARY}`],
    [{ 'content-type': 'application/json', authorization: `Bearer ${tokens.accessToken}` }, '{}'],
    [{ 'content-type': 'application/json', cookie: `__Host-finflow_refresh=${renewed.refreshToken}` }, '{}'],
  ] as const) {
    for (const method of ['Login', 'Refresh', 'GetMe']) {
      await fetch(`${auth.url}/finflow.auth.v1.AuthService/${method}`, { method: 'POST', headers, body });
    }
  }
  const { users } = auth.as((await administrator(auth)).accessToken);
  await users.updateUserRole({ id: owner.id, role: PlatformRole.ADMIN, requestId: 'canary' });
  await users.deactivateUser({ id: owner.id, requestId: 'canary' });
  await auth.service.relay.idle();
});
afterAll(() => auth.stop());

function found(text: string): string[] {
  return [...secrets].filter((secret) => text.includes(secret));
}

test('no password and no token is ever logged', () => {
  expect(auth.logged.length).toBeGreaterThan(10);
  expect(found(auth.logged.join(''))).toEqual([]);
});

test('no password and no token is stored as it is, in any table', async () => {
  const tables = await auth.rows<{ name: string }>(
    "select tablename as name from pg_tables where schemaname = 'public'",
  );
  expect(tables.length).toBeGreaterThan(10);
  for (const { name } of tables) {
    const rows = await auth.rows<{ text: string }>(`select t::text as text from ${name} t`);
    expect([name, found(rows.map(({ text }) => text).join('\n'))]).toEqual([name, []]);
  }
});

test('the hash of a password is with its user and nowhere else', async () => {
  const [kept] = await auth.rows<{ count: number }>('select count(*)::int as count from idempotency_keys');
  expect(kept?.count).toBeGreaterThan(3);
  const copies = await auth.rows(`select method from idempotency_keys where result::text like '%$argon2%'`);
  expect(copies).toEqual([]);
});

test('no password and no token is published', () => {
  expect(found(auth.bus.published.map(({ value }) => value.toString('latin1')).join(''))).toEqual([]);
});
