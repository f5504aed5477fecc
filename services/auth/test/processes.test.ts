import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { systemClock } from '@finflow/chassis/clock';
import { TokenVerifier } from '@finflow/chassis/identity';
import { asSuperuser } from '@finflow/chassis/testing/postgres';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import { Auth, PASSWORD } from './support/auth.ts';
import { newEmail, registered } from './support/people.ts';

const source = path.resolve(import.meta.dirname, '../src');
let auth: Auth;

beforeAll(async () => {
  auth = await Auth.start();
});
afterAll(() => auth.stop());

const environment = () => ({
  PATH: process.env.PATH,
  DATABASE_URL: auth.database.url,
  KEY_ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64'),
  HOST: '127.0.0.1',
  HTTP_PORT: '0',
  GRPC_PORT: '0',
});

interface Run {
  readonly code: number | null;
  readonly output: string;
}

/** Runs a program of the service as a process of its own, and ends it when `until` says so of its output. */
async function run(
  file: string,
  args: string[],
  env: NodeJS.ProcessEnv,
  until?: (output: string, child: ChildProcess) => void,
): Promise<Run> {
  const child = spawn(process.execPath, [path.join(source, file), ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 90_000,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      until?.(output, child);
    });
  }
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, output };
}

describe('grant-admin.ts', () => {
  test('makes a registered person a platform administrator', async () => {
    const person = await registered(auth);
    const { code, output } = await run('grant-admin.ts', [person.email.toUpperCase()], environment());
    expect([code, output]).toEqual([0, expect.stringContaining(person.email)]);
    const { accessToken } = await auth.as().auth.login({ email: person.email, password: PASSWORD });
    await auth.as(accessToken).users.listUsers({});
  });

  test('says in a sentence that nobody has this email, or that the database is not there', async () => {
    const nobody = await run('grant-admin.ts', [newEmail()], environment());
    expect(nobody).toEqual({ code: 1, output: expect.stringMatching(/^Nobody is registered .*\n$/) });
    const DATABASE_URL = 'postgresql://auth_service@127.0.0.1:1/auth';
    const unreachable = await run('grant-admin.ts', [newEmail()], { ...environment(), DATABASE_URL });
    expect(unreachable.code).toBe(1);
    expect(unreachable.output.trim().split('\n')).toHaveLength(1);
    const usage = expect.stringMatching(/^Usage: node services\/auth\/src\/grant-admin\.ts EMAIL\n/);
    expect(await run('grant-admin.ts', [], environment())).toEqual({ code: 2, output: usage });
    expect(await run('grant-admin.ts', ['--help'], {})).toEqual({ code: 0, output: usage });
  });
});

describe('operator-token.ts', () => {
  test('prints a token that the published keys verify, for an hour, of nobody and no organization', async () => {
    const { code, output } = await run('operator-token.ts', [], environment());
    expect(code).toBe(0);
    const token = /^ey\S+$/m.exec(output)?.[0] ?? '';
    expect(output).toMatch(/^Operator token [0-9a-f-]{36}, good until \d{4}-/m);
    const verifier = new TokenVerifier({
      ...{ jwks: () => auth.service.keys.published(), issuer: 'finflow-auth', audience: 'finflow', clock: systemClock },
    });
    const caller = await verifier.verify(token);
    expect(caller).toMatchObject({ platformRole: 'OPERATOR' });
    expect(caller).not.toHaveProperty('organizationId');
    const { exp = 0, iat = 0 } = decodeJwt(token);
    expect(exp - iat).toBe(3_600);
  });
});

describe('rotate-keys.ts', () => {
  test('adds a key and says when it signs', async () => {
    const before = await auth.count('signing_keys');
    const { code, output } = await run('rotate-keys.ts', [], environment());
    expect([code, output]).toEqual([0, expect.stringMatching(/is published and signs from \d{4}-/)]);
    expect(await auth.count('signing_keys')).toBe(before + 1);
  });

  test('with another encryption key than the service has changes nothing', async () => {
    const before = await auth.count('signing_keys');
    const KEY_ENCRYPTION_KEY = Buffer.alloc(32, 8).toString('base64');
    const { code, output } = await run('rotate-keys.ts', [], { ...environment(), KEY_ENCRYPTION_KEY });
    expect(code).toBe(1);
    expect(output).toContain('KEY_ENCRYPTION_KEY');
    expect(await auth.count('signing_keys')).toBe(before);
  });
});

describe('main.ts and migrate.ts', () => {
  test('the service migrates, starts alone, answers, and drains at SIGTERM', async () => {
    const name = `auth_alone_${randomBytes(4).toString('hex')}`;
    await asSuperuser((client) => client.query(`create database ${name} owner auth_owner`));
    const at = (url: string) => Object.assign(new URL(url), { pathname: name }).href;
    const env = {
      ...environment(),
      DATABASE_URL: at(auth.database.url),
      DATABASE_OWNER_URL: at(auth.database.ownerUrl),
    };
    try {
      const tooEarly = await run('main.ts', [], env);
      expect(tooEarly).toMatchObject({ code: 1, output: expect.stringContaining('migrate.ts') });
      expect((await run('migrate.ts', [], env)).code).toBe(0);
      expect((await run('migrate.ts', [], env)).output).toContain('current');

      let health: Promise<number> | undefined;
      const { code, output } = await run('main.ts', [], env, (text, child) => {
        const port = /"httpPort":(\d+)/.exec(text)?.[1];
        if (!port || health) return;
        health = fetch(`http://127.0.0.1:${port}/readyz`).then(({ status }) => status);
        health.finally(() => child.kill('SIGTERM')).catch(() => undefined);
      });
      expect(await health).toBe(200);
      expect(code).toBe(0);
      expect(output).toContain('"stopped"');
    } finally {
      await asSuperuser((client) => client.query(`drop database ${name} with (force)`));
    }
  });

  test('a wrong setting ends the start and is named', async () => {
    const { code, output } = await run('main.ts', [], { ...environment(), HTTP_PORT: 'eighty' });
    expect(code).toBe(1);
    expect(output).toContain('HTTP_PORT');
  });

  test('a wrong encryption key is found at the start, not at the first sign-in', async () => {
    const KEY_ENCRYPTION_KEY = Buffer.alloc(32, 8).toString('base64');
    const { code, output } = await run('main.ts', [], { ...environment(), KEY_ENCRYPTION_KEY });
    expect(code).toBe(1);
    expect(output).toContain('KEY_ENCRYPTION_KEY');
  });
});
