import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { charts, type MadeFile } from './chart-files.ts';
import { has, ran } from './helm.ts';

/** Versions of Kubernetes that the charts' objects are valid for: the oldest that they allow, the newest, one between. */
const KUBERNETES = ['1.30.0', '1.34.0', '1.37.0'];

/** Each chart as it is installed: the name of the rendered file, chart, release, values files. */
const profiles = [
  { name: 'dev', chart: 'finflow', release: 'finflow', values: ['values-dev.yaml'] },
  { name: 'operators', chart: 'finflow', release: 'finflow', values: ['values-operators.yaml'] },
  { name: 'production', chart: 'finflow', release: 'finflow', values: ['values-production.yaml'] },
  { name: 'finflow-dev', chart: 'finflow-dev', release: 'finflow-dev', values: [] },
  { name: 'finflow-infra', chart: 'finflow-infra', release: 'finflow-infra', values: [] },
] as const;

/** What each profile renders to. One file a profile, so that a change of a template is read as a change of objects. */
export async function renderedFiles(root: string): Promise<MadeFile[]> {
  return await Promise.all(
    profiles.map(async ({ name, chart, release, values }) => {
      const folder = join('charts', chart);
      const files = values.flatMap((file) => ['--values', join(folder, file)]);
      // Dashboards are read in dashboards/: once more, as text within text, they would bury the rest.
      const without = chart === 'finflow' ? ['--set', 'dashboards.enabled=false'] : [];
      const args = ['template', release, folder, '--namespace', 'finflow', ...files, ...without];
      const { code, out, err } = await ran('helm', args, root);
      if (code !== 0) throw new Error(`helm ${args.join(' ')}: ${err}`);
      return { path: join(folder, 'tests/rendered', `${name}.yaml`), contents: out };
    }),
  );
}

/** A value that must be refused, and a part of the sentence that says so. */
interface BadValues {
  readonly what: string;
  readonly profile: 'dev' | 'operators' | 'production';
  readonly values: unknown;
  readonly says: string;
}

/** Problems of the charts, as sentences; none when all is well. */
export async function problemsOf(root: string): Promise<string[]> {
  const problems = await Promise.all([lint(root), badValues(root), unitTests(root), objects(root)]);
  return problems.flat();
}

async function lint(root: string): Promise<string[]> {
  const linted = await Promise.all(
    charts.map(async (chart) => {
      const { values = [] } = profiles.find((profile) => profile.chart === chart) ?? {};
      const files = values.flatMap((file) => ['--values', join('charts', chart, file)]);
      const { code, out, err } = await ran('helm', ['lint', '--strict', join('charts', chart), ...files], root);
      return code === 0 ? [] : [`helm lint --strict charts/${chart}:\n${out}${err}`];
    }),
  );
  return linted.flat();
}

async function badValues(root: string): Promise<string[]> {
  const cases = parse(await readFile(join(root, 'charts/finflow/tests/bad-values.yaml'), 'utf8')) as BadValues[];
  const folder = await mkdtemp(join(tmpdir(), 'finflow-charts-'));
  try {
    const problems: string[] = [];
    for (const { what, profile, values, says } of cases) {
      const file = join(folder, 'values.yaml');
      await writeFile(file, stringify(values));
      const args = ['template', 'finflow', 'charts/finflow', '--values', `charts/finflow/values-${profile}.yaml`];
      const { code, err } = await ran('helm', [...args, '--values', file], root);
      if (code === 0) problems.push(`bad-values.yaml, ${what}: it is not refused.`);
      else if (!err.includes(says)) problems.push(`bad-values.yaml, ${what}: it does not say "${says}" but\n${err}`);
    }
    process.stdout.write(`${cases.length} bad values, each refused in a sentence.\n`);
    return problems;
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function unitTests(root: string): Promise<string[]> {
  const command = (await has('helm', ['unittest', '--help'], root)) ? ['helm', 'unittest'] : ['helm-unittest'];
  if (command.length === 1 && !(await has('helm-unittest', ['--help'], root))) {
    return ['helm-unittest is missing: https://github.com/helm-unittest/helm-unittest says how it is installed.'];
  }
  const [program = '', ...args] = command;
  const { code, out, err } = await ran(program, [...args, 'charts/finflow', 'charts/finflow-dev'], root);
  process.stdout.write(
    out
      .split('\n')
      .filter((line) => line.startsWith('Tests:'))
      .join('\n')
      .concat('\n'),
  );
  return code === 0 ? [] : [`${out}${err}`];
}

/** KUBECONFORM_SCHEMAS names where schemas are, as `-schema-location` does, where they cannot be downloaded. */
async function objects(root: string): Promise<string[]> {
  if (!(await has('kubeconform', ['-v'], root))) {
    return ['kubeconform is missing: https://github.com/yannh/kubeconform says how it is installed.'];
  }
  const places = process.env.KUBECONFORM_SCHEMAS?.split(',').flatMap((place) => ['-schema-location', place]) ?? [
    ...['-schema-location', 'default'],
    '-schema-location',
    'https://raw.githubusercontent.com/datreeio/CRDs-catalog/main/{{.Group}}/{{.ResourceKind}}_{{.ResourceAPIVersion}}.json',
  ];
  const files = profiles.map(({ name, chart }) => join('charts', chart, 'tests/rendered', `${name}.yaml`));
  const problems: string[] = [];
  for (const version of KUBERNETES) {
    const args = [
      '-strict',
      '-summary',
      '-kubernetes-version',
      version,
      '-ignore-missing-schemas',
      ...places,
      ...files,
    ];
    const { code, out, err } = await ran('kubeconform', args, root);
    process.stdout.write(`Kubernetes ${version}: ${out.trim().split('\n').at(-1)}\n`);
    if (code !== 0) problems.push(`kubeconform -kubernetes-version ${version}:\n${out}${err}`);
  }
  return problems;
}
