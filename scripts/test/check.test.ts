import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { rpcPolicies } from '../checks/contracts.ts';
import { brokenLinks, everyPartHasReadme, registryAddresses } from '../checks/repository.ts';
import { formatAndLint } from '../checks/source.ts';
import { run } from '../process.ts';
import { Fixture } from './fixture.ts';

let fixture: Fixture;

beforeEach(() => {
  fixture = new Fixture();
});

afterEach(() => fixture.remove());

describe('format and lint', () => {
  const SOUND = "export const greeting = 'hello';\n";

  beforeEach(async () => {
    fixture.copy('biome.json', '.gitignore', 'scripts/lint').linkPackages().write('services/auth/src/sound.ts', SOUND);
    await run('git', ['init', '--quiet'], { cwd: fixture.root });
  });

  test('passes what is sound', async () => {
    expect(await formatAndLint.run(fixture.root)).toMatchObject({ status: 'ok' });
  });

  test.each([
    ['an unformatted file', 'format', 'export const  greeting = "hello"\n'],
    ['reading the environment outside config.ts', 'noProcessEnv', 'export const home = process.env.HOME;\n'],
    ['reading the time outside the clock', 'Only the clock reads the time', 'export const now = Date.now();\n'],
    ['making a date of the present', 'Only the clock reads the time', 'export const now = new Date();\n'],
    ['a promise nobody waits for', 'noFloatingPromises', 'async function a() {}\nexport function b() {\n  a();\n}\n'],
    ['printing instead of logging', 'noConsole', "console.log('hello');\n"],
  ])('refuses %s and names the file', async (_, complaint, source) => {
    fixture.write('services/auth/src/unsound.ts', source);
    const { status, output } = await formatAndLint.run(fixture.root);
    expect(status).toBe('failed');
    expect(output).toContain('services/auth/src/unsound.ts');
    expect(output).toContain(complaint);
  });

  test('lets config.ts read the environment', async () => {
    fixture.write('services/auth/src/config.ts', 'export const home = process.env.HOME;\n');
    expect(await formatAndLint.run(fixture.root)).toMatchObject({ status: 'ok' });
  });
});

describe('the policies of the RPCs', () => {
  const ANNOTATION = /^\s*option \(finflow\.common\.v1\.authorization\)[^;]*;\n/m;

  test('a method without one fails, by name', async () => {
    fixture.copy('buf.yaml', 'buf.gen.yaml', 'package.json', 'proto').linkPackages();
    expect(await rpcPolicies.run(fixture.root)).toMatchObject({ status: 'ok' });
    const place = 'proto/finflow/auth/v1/auth.proto';
    const source = fixture.read(place);
    fixture.write(place, source.replace(ANNOTATION, ''));
    const { status, output } = await rpcPolicies.run(fixture.root);
    expect(status).toBe('failed');
    expect(output).toContain('finflow.auth.v1.AuthService');
  });
});

describe('the repository', () => {
  test('a resolved address in the lock file is found, a workspace link is not one', () => {
    const lock = {
      packages: {
        'node_modules/@finflow/web': { resolved: 'web', link: true },
        'node_modules/left': { version: '1.0.0', resolved: 'https://registry.example/left.tgz' },
      },
    };
    expect(registryAddresses(JSON.stringify(lock))).toEqual(['node_modules/left']);
  });

  test('a link that leads nowhere is found; addresses, anchors and code are none', () => {
    const links = '[a](../README.md#run) [b](https://example.com) [c](#here) [d](gone.md)';
    fixture.write('docs/guide.md', `${links}\n\`\`\`\n[e](code.md)\n\`\`\`\n`).write('README.md', '# here');
    expect(brokenLinks(fixture.root, 'docs/guide.md')).toEqual(['gone.md']);
  });

  test('a part without README is named', async () => {
    fixture.write('services/ledger/package.json', '{}');
    const { status, output } = await everyPartHasReadme.run(fixture.root);
    expect(status).toBe('failed');
    expect(output).toContain('services/ledger/README.md');
  });
});
