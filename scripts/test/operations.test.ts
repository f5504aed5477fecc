import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse, parseAllDocuments } from 'yaml';
import { programs } from '../images/programs.ts';

// What the pages tell an operator to type or to look at is held to what the charts and images really have.

const root = path.resolve(import.meta.dirname, '../..');
const text = (file: string) => readFile(path.join(root, file), 'utf8');

async function pagesBelow(folder: string): Promise<[string, string][]> {
  const names = (await readdir(path.join(root, folder))).filter((name) => name.endsWith('.md'));
  return await Promise.all(
    names.map(async (name): Promise<[string, string]> => [`${folder}/${name}`, await text(`${folder}/${name}`)]),
  );
}

const pages = [
  ...(await pagesBelow('docs/operations')),
  ['docs/kubernetes.md', await text('docs/kubernetes.md')] as [string, string],
  ['k8s/skaffold/README.md', await text('k8s/skaffold/README.md')] as [string, string],
];

const rendered = parseAllDocuments(await text('charts/finflow/tests/rendered/production.yaml'))
  .map((document) => document.toJS() as { kind: string; metadata: { name: string } } | null)
  .filter((object) => object !== null);
const objects = new Set(rendered.map(({ kind, metadata: { name } }) => `${kind.toLowerCase()}/${name}`));
const values = await Promise.all(
  ['finflow', 'finflow-infra', 'finflow-dev'].map(
    async (chart) => parse(await text(`charts/${chart}/values.yaml`)) as Record<string, unknown>,
  ),
);
/** A service's own values are what `defaults` has. */
const [finflow] = values;
const services = Object.fromEntries(
  ['auth', 'payments', 'accounting', 'analytics', 'web', 'NAME'].map((name) => [name, finflow?.defaults]),
);
const charts = [{ ...finflow, services }, ...values.slice(1)];

const isThere = (key: string) =>
  charts.some(
    (chart) =>
      key.split('.').reduce<unknown>((at, part) => (at as Record<string, unknown>)?.[part], chart) !== undefined,
  );

describe.each(pages)('%s', (file, page) => {
  test('names objects that the chart makes', () => {
    const kinds: Record<string, string> = {
      deploy: 'deployment',
      service: 'service',
      deployment: 'deployment',
      job: 'job',
    };
    const named = [...page.matchAll(/\b(deploy|deployment|service|job)\/(finflow-[a-z-]+[a-z])/g)].map(
      ([, kind = '', name]) => `${kinds[kind]}/${name}`,
    );
    const scaled = [...page.matchAll(/scale deployment ((?:finflow-[a-z]+ )+)/g)].flatMap(([, names = '']) =>
      names
        .trim()
        .split(' ')
        .map((name) => `deployment/${name}`),
    );
    expect([...named, ...scaled].filter((name) => !objects.has(name))).toEqual([]);
  });

  test('runs programs that the image has', () => {
    const run = [...page.matchAll(/\/nodejs\/bin\/node (\S+\.ts)/g)].map(([, program = '']) => program);
    expect(run.filter((program) => !programs.includes(program))).toEqual([]);
  });

  test('speaks of values that a chart has', () => {
    const roots = new Set(charts.flatMap((chart) => Object.keys(chart)));
    const keys = [...page.matchAll(/`([a-z][A-Za-z]*(?:\.[A-Za-z]+)+)(?:: [^`]*)?`/g)]
      .map(([, key = '']) => key)
      .filter((key) => roots.has(key.split('.')[0] ?? '') && !/\.(ya?ml|json|ts|md|tpl|sh|Dockerfile)$/.test(key));
    expect(keys.filter((key) => !isThere(key))).toEqual([]);
  });

  test('speaks of metrics that alerts or dashboards look at', async () => {
    const dashboards = await Promise.all(
      (await readdir(path.join(root, 'charts/finflow/dashboards'))).map((name) =>
        text(`charts/finflow/dashboards/${name}`),
      ),
    );
    const watched = [await text('charts/finflow/files/alerts.yaml'), ...dashboards].join();
    const metrics = [...page.matchAll(/\bfinflow_[a-z_]+\b/g)].map(([name]) => name);
    expect(metrics.filter((name) => !watched.includes(name))).toEqual([]);
  });

  test('links to what is there', async () => {
    const broken: string[] = [];
    for (const [, target = ''] of page.matchAll(/\]\((?!https?:)([^)\s]+)\)/g)) {
      const [to = '', anchor] = target.split('#');
      const linked = to === '' ? file : path.join(path.dirname(file), to);
      if (!existsSync(path.join(root, linked))) broken.push(target);
      else if (anchor && linked.endsWith('.md') && !anchorsOf(await text(linked)).has(anchor)) broken.push(target);
    }
    expect(broken).toEqual([]);
  });

  test('names commands of this repository', async () => {
    const { scripts } = JSON.parse(await text('package.json')) as { scripts: Record<string, string> };
    const run = [...page.matchAll(/\bnpm run ([a-z-]+)/g)].map(([, name = '']) => name);
    expect(run.filter((name) => !(name in scripts))).toEqual([]);
  });
});

/** As GitHub makes them of headings. */
function anchorsOf(page: string): Set<string> {
  return new Set(
    [...page.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

test('every file below templates/ and tests/ that docs/kubernetes.md shows is there', async () => {
  const page = await text('docs/kubernetes.md');
  const ours = page.slice(page.indexOf('## What a platform team asks'));
  const shown = [...ours.matchAll(/`((?:templates|tests|files|dashboards)\/[\w./-]*)`/g)].map(([, file = '']) => file);
  expect(shown.length).toBeGreaterThan(10);
  expect(shown.filter((file) => !existsSync(path.join(root, 'charts/finflow', file)))).toEqual([]);
});
