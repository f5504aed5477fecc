import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import {
  ConfigError,
  databaseConfig,
  flag,
  httpConfig,
  identityConfig,
  loadConfig,
  loggingConfig,
} from '../src/config.ts';

const shape = z.object({
  ...httpConfig({ httpPort: 4001, grpcPort: 4101 }),
  ...databaseConfig,
  ...identityConfig,
  ...loggingConfig,
  FEATURE: flag.optional(),
});
const good = {
  DATABASE_URL: 'postgres://payments_service:pass@db/payments',
  JWKS_URL: 'http://auth:4000/.well-known/jwks.json',
};

function problemsOf(env: Record<string, string>): ConfigError {
  try {
    loadConfig(shape, env);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('the configuration was accepted');
}

function secretFile(content: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'finflow-config-')), 'secret');
  writeFileSync(path, content);
  return path;
}

describe('loadConfig', () => {
  test('types what is there and fills in what is not', () => {
    expect(loadConfig(shape, { ...good, HTTP_PORT: '8080', FEATURE: 'true' })).toMatchObject({
      HOST: '0.0.0.0',
      HTTP_PORT: 8080,
      GRPC_PORT: 4101,
      DATABASE_POOL_SIZE: 10,
      LOG_LEVEL: 'info',
      FEATURE: true,
    });
  });

  test('names every bad variable at once, with what was expected, and none of their values', () => {
    const error = problemsOf({
      DATABASE_URL: 'hunter2-not-a-url',
      HTTP_PORT: '70000',
      GRPC_PORT: 'abc',
      LOG_LEVEL: 'loud',
      FEATURE: 'yes',
    });
    expect([...error.variables].sort()).toEqual([
      'DATABASE_URL',
      'FEATURE',
      'GRPC_PORT',
      'HTTP_PORT',
      'JWKS_URL',
      'LOG_LEVEL',
    ]);
    expect(error.message).toContain('HTTP_PORT: must be a whole number from 0 to 65535');
    expect(error.message).toContain('JWKS_URL: is required');
    for (const value of ['hunter2', '70000', 'abc', 'loud', 'yes']) expect(error.message).not.toContain(value);
  });

  test('an empty variable is as good as none', () => {
    expect(problemsOf({ ...good, DATABASE_URL: '' }).message).toContain('DATABASE_URL: is required');
  });

  test('X_FILE gives X from a file, without its last newline', () => {
    const { DATABASE_URL } = loadConfig(shape, {
      JWKS_URL: good.JWKS_URL,
      DATABASE_URL_FILE: secretFile('postgres://u:p@db/x\n'),
    });
    expect(DATABASE_URL).toBe('postgres://u:p@db/x');
  });

  test('both ways at once, and a file that is not there, are problems', () => {
    expect(problemsOf({ ...good, DATABASE_URL_FILE: secretFile('x') }).message).toContain(
      'either DATABASE_URL or DATABASE_URL_FILE',
    );
    const file = `${secretFile('')}-gone`;
    const absent = problemsOf({ JWKS_URL: good.JWKS_URL, DATABASE_URL_FILE: file });
    expect(absent.message).toContain(`a readable file, which "${file}" is not (ENOENT)`);
    expect(absent.variables).toEqual(['DATABASE_URL_FILE']);
  });
});
