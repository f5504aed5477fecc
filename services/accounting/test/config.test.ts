import { ConfigError } from '@finflow/chassis/config';
import { describe, expect, test } from '@jest/globals';
import { loadAccountingConfig } from '../src/config.ts';

const required = {
  DATABASE_URL: 'postgres://accounting_service@localhost/accounting',
  JWKS_URL: 'http://auth:4000/.well-known/jwks.json',
};

test('what is not given has a default', () => {
  expect(loadAccountingConfig(required)).toMatchObject({
    ...{ HTTP_PORT: 4002, GRPC_PORT: 4102, BOOKING_CONFIDENCE: 0.8, OVERDUE_INTERVAL_MS: 60_000 },
    ...{ POSTING_QUEUE_SIZE: 10_000 },
  });
});

describe('a bad value stops the start and is named', () => {
  test.each([
    ['BOOKING_CONFIDENCE', '1.2'],
    ['BOOKING_CONFIDENCE', '-1'],
    ['BOOKING_CONFIDENCE', 'high'],
    ['OVERDUE_INTERVAL_MS', '5'],
    ['POSTING_QUEUE_SIZE', '0'],
    ['DATABASE_URL', 'mysql://x'],
    ['JWKS_URL', ''],
  ])('%s=%s', (variable, value) => {
    const load = () => loadAccountingConfig({ ...required, [variable]: value });
    expect(load).toThrow(ConfigError);
    expect(load).toThrow(variable);
  });
});
