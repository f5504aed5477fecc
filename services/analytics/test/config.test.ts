import { ConfigError } from '@finflow/chassis/config';
import { describe, expect, test } from '@jest/globals';
import { loadAnalyticsConfig } from '../src/config.ts';

const required = {
  DATABASE_URL: 'postgres://analytics_service@localhost/analytics',
  JWKS_URL: 'http://auth:4000/.well-known/jwks.json',
};

test('what is not given has a default', () => {
  expect(loadAnalyticsConfig(required)).toMatchObject({ HTTP_PORT: 4003, GRPC_PORT: 4103, WORKER_THREADS: 1 });
});

describe('a bad value stops the start and is named', () => {
  test.each([
    ['WORKER_THREADS', '0'],
    ['WORKER_THREADS', 'all'],
    ['DATABASE_URL', 'mysql://x'],
    ['JWKS_URL', ''],
  ])('%s=%s', (variable, value) => {
    const load = () => loadAnalyticsConfig({ ...required, [variable]: value });
    expect(load).toThrow(ConfigError);
    expect(load).toThrow(variable);
  });
});
