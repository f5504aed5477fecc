import { ConfigError } from '@finflow/chassis/config';
import { describe, expect, test } from '@jest/globals';
import { loadAuthConfig } from '../src/config.ts';

const SOUND = {
  DATABASE_URL: 'postgresql://auth_service@localhost/auth',
  KEY_ENCRYPTION_KEY: Buffer.alloc(32, 1).toString('base64'),
};

describe('the configuration', () => {
  test('has a default for everything but the database and the key', () => {
    expect(loadAuthConfig(SOUND)).toMatchObject({
      HTTP_PORT: 4000,
      GRPC_PORT: 4100,
      ACCESS_TOKEN_SECONDS: 600,
      SESSION_IDLE_DAYS: 30,
      SESSION_MAX_DAYS: 90,
    });
  });

  test.each([
    ['DATABASE_URL', ''],
    ['DATABASE_URL', 'mysql://localhost/auth'],
    ['KEY_ENCRYPTION_KEY', ''],
    ['KEY_ENCRYPTION_KEY', 'c2hvcnQ='],
    ['HTTP_PORT', '70000'],
    ['ACCESS_TOKEN_SECONDS', '10 minutes'],
    ['FAILURES_PER_ACCOUNT', '0'],
    ['LOG_LEVEL', 'loud'],
  ])('with a wrong %s names it: %j', (variable, value) => {
    const load = () => loadAuthConfig({ ...SOUND, [variable]: value });
    expect(load).toThrow(ConfigError);
    expect(load).toThrow(new RegExp(`^  ${variable}: `, 'm'));
  });

  test('never repeats the wrong value, which may be a secret', () => {
    const load = () => loadAuthConfig({ ...SOUND, KEY_ENCRYPTION_KEY: 'half-a-secret' });
    expect(load).toThrow(expect.not.objectContaining({ message: expect.stringContaining('half-a-secret') }));
  });
});
