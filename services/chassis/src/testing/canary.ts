import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { systemClock } from '../clock.ts';
import { newId } from '../ids.ts';
import { found, ObservedService } from './observed-service.ts';
import { asSuperuser, type TestDatabase, testDatabase } from './postgres.ts';
import { testTokens } from './tokens.ts';

export interface CanaryOptions {
  readonly service: string;
  /** The service's program. */
  readonly main: URL;
  /** A method that stores, as `package.Service/Method`, and a request that it takes of an organization it knows. */
  readonly write: { readonly method: string; readonly body: object };
  /** A method that reads `table`. */
  readonly read: { readonly method: string; readonly table: string };
}

/** What every service must keep to itself: tokens, cookies, the database's password. Its own secrets are its own test's. */
export function describeCanary({ service: name, main, write, read }: CanaryOptions): void {
  describe('secrets sent through it', () => {
    const secrets: Record<string, string> = {};
    let database: TestDatabase;
    let told = '';

    /** Sends every secret through the service, in ways that succeed and in ways that fail. */
    beforeAll(async () => {
      database = await testDatabase(name);
      const tokens = await testTokens(systemClock);
      await using service = await ObservedService.start({ main, tokens, environment: { DATABASE_URL: database.url } });
      const organizationId = newId();
      const [token, forged, expired] = await Promise.all([
        tokens.mint({ organizationId, role: 'ACCOUNTANT' }),
        tokens.forged({ organizationId }),
        tokens.expired({ organizationId }),
      ]);
      const cookie = `canary-${randomBytes(8).toString('hex')}`;
      Object.assign(secrets, { token, forged, expired, cookie, databasePassword: new URL(database.url).password });
      const headers = { authorization: `Bearer ${token}`, cookie: `__Host-finflow_refresh=${cookie}` };

      expect((await service.post(read.method, {}, headers)).status).toBe(200);
      await service.post(write.method, write.body, headers);
      await service.post(write.method, { ...write.body, surplus: token }, headers);
      await service.post(write.method, `{"description":"${token}`, headers);
      await service.post(`${write.method}?token=${token}`, write.body, headers);
      for (const bad of [forged, expired, `${token}x`]) {
        expect((await service.post(read.method, {}, { authorization: `Bearer ${bad}` })).status).toBe(401);
      }
      // The database refuses, and its error has the statement and the values with it.
      await asSuperuser((client) => client.query(`alter table ${read.table} rename to hidden`), database.name);
      expect((await service.post(read.method, {}, headers)).body).toMatchObject({ code: 'internal' });
      told = await service.stop();
    });
    afterAll(async () => {
      await database?.drop();
    });

    test('every failure was told', () => {
      expect(told).toContain('unexpected error');
      expect(told).toContain('"call"');
    });

    test('no token or password is in a log line, a span or a metric', () => {
      expect(Object.keys(secrets)).toHaveLength(5);
      expect(found(secrets, told)).toEqual([]);
    });
  });
}
