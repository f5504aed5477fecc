import { randomBytes } from 'node:crypto';
import { found, ObservedService } from '@finflow/chassis/testing/observed-service';
import { asSuperuser, type TestDatabase, testDatabase } from '@finflow/chassis/testing/postgres';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newEmail } from './support/people.ts';

const AUTH = 'finflow.auth.v1.AuthService';
const ORGANIZATIONS = 'finflow.auth.v1.OrganizationService';
const secrets: Record<string, string> = {};
let database: TestDatabase;
let told = '';

/** Sends every secret through the service, in ways that succeed and in ways that fail. */
beforeAll(async () => {
  database = await testDatabase('auth');
  const keyEncryptionKey = randomBytes(32).toString('base64');
  await using service = await ObservedService.start({
    main: new URL('../src/main.ts', import.meta.url),
    environment: { DATABASE_URL: database.url, KEY_ENCRYPTION_KEY: keyEncryptionKey },
  });
  const password = `canary-"${randomBytes(8).toString('hex')}"/Tr0ub4dor`;
  const wrongPassword = `canary-${randomBytes(8).toString('hex')}`;
  const email = newEmail();
  await service.post(`${AUTH}/Register`, { email, password });
  await service.post(`${AUTH}/Register`, { email, password });
  const { body: session } = await service.post(`${AUTH}/Login`, { email, password });
  const { accessToken, refreshToken } = session as { accessToken: string; refreshToken: string };
  const bearer = { authorization: `Bearer ${accessToken}` };
  const invited = await service.post(`${ORGANIZATIONS}/InviteMember`, { email: newEmail(), role: 1 }, bearer);
  const invitation = String(invited.body.token);
  Object.assign(secrets, { password, wrongPassword, accessToken, refreshToken, invitation, keyEncryptionKey });
  secrets.databasePassword = new URL(database.url).password;

  expect((await service.post(`${AUTH}/Login`, { email, password: wrongPassword })).status).toBe(401);
  await service.post(`${AUTH}/Login`, { email, password, surplus: password });
  await service.post(`${AUTH}/Login`, `{"email":"${email}","password":"${wrongPassword}`);
  await service.post(`${AUTH}/GetMe`, {}, { authorization: `Bearer ${accessToken}x` });
  await service.post(`${AUTH}/GetMe`, {}, { authorization: `Basic ${accessToken}` });
  await service.post(`${AUTH}/GetMe?token=${accessToken}`, {}, bearer);
  const renewed = await service.post(`${AUTH}/Refresh`, { refreshToken });
  secrets.renewed = String(renewed.body.refreshToken);
  // Used before: the family ends.
  expect((await service.post(`${AUTH}/Refresh`, { refreshToken })).status).toBe(401);
  await service.post(`${AUTH}/Refresh`, {}, { cookie: `__Host-finflow_refresh=${secrets.renewed}` });
  await service.post(`${ORGANIZATIONS}/AcceptInvitation`, { token: invitation, password });
  // The database refuses, and its error has the statement and the values with it.
  await asSuperuser((client) => client.query('alter table users rename to hidden'), database.name);
  expect((await service.post(`${AUTH}/Login`, { email, password })).body).toMatchObject({ code: 'internal' });
  expect((await service.post(`${AUTH}/Register`, { email: newEmail(), password })).status).toBe(500);
  told = await service.stop();
});
afterAll(async () => {
  await database?.drop();
});

test('every failure was told', () => {
  expect(told.match(/unexpected error/g)?.length).toBeGreaterThan(1);
  expect(told).toContain('"call"');
});

test('no password, token or key is in a log line, a span or a metric', () => {
  expect(Object.keys(secrets)).toHaveLength(8);
  expect(found(secrets, told)).toEqual([]);
});
