import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { serviceNames } from '../src/options.ts';

/** Runs a program of a service with this environment alone. */
async function run(service: string, program: string, env: Record<string, string>, ...words: string[]) {
  const path = fileURLToPath(new URL(`../../${service}/src/${program}`, import.meta.url));
  const child = spawn(process.execPath, [path, ...words], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (chunk) => {
    errors += String(chunk);
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, errors };
}

const stack = /^\s+at /m;

describe.each(serviceNames)('%s, told too little to start,', (service) => {
  test('names what is missing, in words, and ends with 1', async () => {
    const { code, errors } = await run(service, 'main.ts', { LOG_LEVEL: 'loud' });
    expect(code).toBe(1);
    expect(errors).toMatch(/^The configuration is not usable:\n( {2}[A-Z_]+: .+\n)+$/);
    expect(errors).toContain('  DATABASE_URL: is required: postgresql://ROLE:PASSWORD@HOST:PORT/DATABASE\n');
    expect(errors).toContain('  LOG_LEVEL: must be one of');
    expect(errors).not.toMatch(stack);
  });

  test('does so when it is to migrate', async () => {
    expect(await run(service, 'migrate.ts', {})).toEqual({
      code: 1,
      errors:
        'The configuration is not usable:\n  DATABASE_OWNER_URL: is required: postgresql://ROLE:PASSWORD@HOST:PORT/DATABASE\n',
    });
  });

  test('to migrate, takes no words', async () => {
    expect(await run(service, 'migrate.ts', {}, 'down')).toEqual({
      code: 2,
      errors: expect.stringMatching(/^Usage: node services\/NAME\/src\/migrate\.ts\n/),
    });
  });

  test('says that the database to migrate cannot be reached', async () => {
    const DATABASE_OWNER_URL = 'postgresql://owner:secret@127.0.0.1:1/nothing';
    expect(await run(service, 'migrate.ts', { DATABASE_OWNER_URL })).toEqual({
      code: 1,
      errors: 'The database at 127.0.0.1:1 cannot be reached (ECONNREFUSED).\n',
    });
  });
});
