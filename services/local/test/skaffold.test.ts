import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse, parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { servicePorts } from '../src/options.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const text = (file: string) => readFile(path.join(root, file), 'utf8');
const scalars = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

// The fields of Skaffold's schema v4beta13 that we use, as strict as it is: no package brings it.
const artifact = z.strictObject({
  image: z.string(),
  context: z.string(),
  docker: z.strictObject({ dockerfile: z.string(), target: z.string().optional() }),
  sync: z.strictObject({ manual: z.array(z.strictObject({ src: z.string(), dest: z.string() })) }).optional(),
});
const release = z.strictObject({
  name: z.string(),
  chartPath: z.string(),
  namespace: z.string(),
  createNamespace: z.boolean().optional(),
  dependsOn: z.array(z.string()).optional(),
  skipBuildDependencies: z.boolean().optional(),
  wait: z.boolean().optional(),
  valuesFiles: z.array(z.string()).optional(),
  setValues: scalars.optional(),
  setValueTemplates: z.record(z.string(), z.string()).optional(),
});
const head = { apiVersion: z.literal('skaffold/v4beta13'), kind: z.literal('Config') };
const metadata = z.strictObject({ name: z.string() });
const patch = z.strictObject({ op: z.enum(['add', 'replace']), path: z.string(), value: z.unknown() });
const main = z.strictObject({
  ...head,
  metadata,
  build: z.strictObject({
    local: z.strictObject({ useBuildkit: z.boolean() }),
    tagPolicy: z.strictObject({ inputDigest: z.strictObject({}) }),
    artifacts: z.array(artifact),
  }),
  deploy: z.strictObject({ helm: z.strictObject({ releases: z.array(release) }) }),
  profiles: z.array(z.strictObject({ name: z.string(), patches: z.array(patch) })),
});
const moduleOf = z.strictObject({
  ...head,
  metadata,
  requires: z.array(z.strictObject({ configs: z.array(z.string()) })),
  portForward: z.array(
    z.strictObject({
      resourceType: z.enum(['service']),
      resourceName: z.string(),
      namespace: z.string(),
      port: z.number().int(),
      localPort: z.number().int(),
    }),
  ),
});
type Main = z.output<typeof main>;

const [first, ...others] = parseAllDocuments(await text('skaffold.yaml')).map((document) => document.toJS() as unknown);
const finflow = main.parse(first);
const modules = others.map((module) => moduleOf.parse(module));

/** The configuration with a profile's patches, as JSON Patch has them. */
function withProfile(name: string): Main {
  const patched = structuredClone(finflow);
  const { patches } = finflow.profiles.find((profile) => profile.name === name)!;
  for (const { op, path: pointer, value } of patches) {
    const keys = pointer.slice(1).split('/');
    const last = keys.pop()!;
    const parent = keys.reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], patched);
    if (Array.isArray(parent) && last === '-') {
      parent.push(value);
    } else {
      expect({ pointer, there: Object.hasOwn(parent as object, last) }).toEqual({ pointer, there: op === 'replace' });
      (parent as Record<string, unknown>)[last] = value;
    }
  }
  return main.parse(patched);
}

const configurations: [string, Main][] = [
  ['no profile', finflow],
  ...finflow.profiles.map(({ name }): [string, Main] => [name, withProfile(name)]),
];

const at = (values: unknown, key: string) =>
  key.split('.').reduce<unknown>((value, part) => (value as Record<string, unknown> | undefined)?.[part], values);

describe.each(configurations)('skaffold.yaml with %s', (_, { build, deploy }) => {
  const { releases } = deploy.helm;

  test('builds what is there', async () => {
    for (const { context, docker } of build.artifacts) {
      const dockerfile = await text(path.join(context, docker.dockerfile));
      const stages = [...dockerfile.matchAll(/^FROM \S+ AS (\S+)/gm)].map(([, name]) => name);
      if (docker.target === undefined) expect(stages).toEqual([]);
      else expect(stages).toContain(docker.target);
    }
  });

  test('gives each chart every image that was built for it, and values that it has', async () => {
    const known = new Set(build.artifacts.map(({ image }) => image.replaceAll(/[/-]/g, '_')));
    const used = new Set<string>();
    for (const { chartPath, valuesFiles = [], setValues = {}, setValueTemplates = {} } of releases) {
      for (const file of valuesFiles) expect(existsSync(path.join(root, file))).toBe(true);
      const values = parse(await text(path.join(chartPath, 'values.yaml'))) as unknown;
      for (const key of [...Object.keys(setValues), ...Object.keys(setValueTemplates)])
        expect({ key, there: at(values, key) !== undefined }).toEqual({ key, there: true });
      for (const [key, template] of Object.entries(setValueTemplates)) {
        const [, what, image = ''] = /^\{\{\.IMAGE_(REPO|TAG)_(\w+)\}\}$/.exec(template) ?? [];
        expect([key, what]).toEqual([key, key.endsWith('.repository') ? 'REPO' : 'TAG']);
        used.add(image);
      }
    }
    expect(used).toEqual(known);
  });

  test('installs the charts of a namespace in the order they need each other', () => {
    const [surroundings, own] = releases;
    expect(own?.dependsOn).toEqual([surroundings?.name]);
    expect(new Set(releases.map(({ namespace }) => namespace)).size).toBe(1);
    for (const { name, chartPath } of releases) expect(chartPath).toBe(`charts/${name}`);
  });
});

describe('skaffold.yaml', () => {
  test('builds the images that the charts name, and of values uses what `npm run cluster` does', async () => {
    const { images } = parse(await text('charts/finflow/values.yaml')) as {
      images: Record<string, { repository: string }>;
    };
    expect(finflow.build.artifacts.map(({ image, docker }) => [docker.target, image])).toEqual(
      Object.entries(images).map(([name, { repository }]) => [name, repository]),
    );
    const install = await text('scripts/cluster/install.ts');
    for (const { valuesFiles = [] } of finflow.deploy.helm.releases) {
      for (const file of valuesFiles) expect(install).toContain(file);
    }
  });

  test('has a module for each deployment, whose ports are forwarded to where `npm start` has them', async () => {
    const objects = parseAllDocuments(await text('charts/finflow/tests/rendered/dev.yaml'))
      .map((document) => document.toJS() as { kind: string; metadata: { name: string }; spec: never } | null)
      .filter((object) => object !== null);
    const names = objects.filter(({ kind }) => kind === 'Deployment').map(({ metadata: { name } }) => name);
    expect(modules.map(({ metadata: { name } }) => `finflow-${name}`).sort()).toEqual(names.sort());
    const { cardSandbox: _, kafka: _kafka, ...services } = servicePorts(3000);
    for (const {
      metadata: { name },
      requires,
      portForward,
    } of modules) {
      expect(requires).toEqual([{ configs: ['finflow'] }]);
      const { ports } = objects.find(({ kind, metadata }) => kind === 'Service' && metadata.name === `finflow-${name}`)!
        .spec as { ports: { name: string; port: number }[] };
      const portOf = (wanted: string) => ports.find((port) => port.name === wanted)?.port;
      const own = services[name as keyof typeof services];
      const expected = own
        ? [
            [portOf('http'), own.httpPort],
            [portOf('grpc'), own.grpcPort],
          ]
        : [[portOf('http'), 3000]];
      expect(portForward.map(({ port, localPort }) => [port, localPort])).toEqual(expected);
      for (const { resourceName } of portForward) expect(resourceName).toBe(`finflow-${name}`);
    }
  });
});

describe('the image of the profile `sync`', () => {
  test('is made of the packages of the image that ships, on a base of its Dockerfile, for the same user', async () => {
    const [shipped, own] = [await text('Dockerfile'), await text('k8s/skaffold/services.Dockerfile')];
    const install = /npm ci .*--workspace=proto.*(?:\\\n.*)*/.exec(shipped)?.[0];
    expect(own).toContain(install?.trimEnd());
    for (const [line] of shipped.matchAll(/^COPY \S+\/package\.json \S+$/gm)) expect(own).toContain(line);
    const base = /^FROM (\S+)/m.exec(own)?.[1] ?? '';
    expect(shipped).toContain(`FROM ${base} AS `);
    const { podSecurityContext } = parse(await text('charts/finflow/values.yaml')) as {
      podSecurityContext: { runAsUser: number; runAsGroup: number };
    };
    const user = `${podSecurityContext.runAsUser}:${podSecurityContext.runAsGroup}`;
    expect(own).toContain(`USER ${user}`);
    expect([...own.matchAll(/--chown=(\S+)/g)].map(([, owner]) => owner)).toEqual([user, user]);
  });
});
