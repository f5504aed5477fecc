import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { isThere, run } from '../process.ts';
import { charts, type MadeFile, madeFiles } from './chart-files.ts';
import { invalidObjects } from './kubeconform.ts';
import { stale } from './stale.ts';

/** Each chart as it is installed: the name of the rendered file, chart, release, values files. */
const profiles = [
  { name: 'dev', chart: 'finflow', release: 'finflow', values: ['values-dev.yaml'] },
  { name: 'operators', chart: 'finflow', release: 'finflow', values: ['values-operators.yaml'] },
  {
    name: 'production',
    chart: 'finflow',
    release: 'finflow',
    values: ['values-production.yaml', 'tests/production-places.yaml'],
  },
  { name: 'finflow-dev', chart: 'finflow-dev', release: 'finflow-dev', values: [] },
  { name: 'finflow-infra', chart: 'finflow-infra', release: 'finflow-infra', values: [] },
] as const;

/** Where each profile's objects are kept. */
const rendered = profiles.map(({ name, chart }) => join('charts', chart, 'tests/rendered', `${name}.yaml`));

/** What each profile renders to. One file a profile, so that a change of a template is read as a change of objects. */
export async function renderedFiles(root: string): Promise<MadeFile[]> {
  return await Promise.all(
    profiles.map(async ({ name, chart, release, values }) => {
      const folder = join('charts', chart);
      const files = values.flatMap((file) => ['--values', join(folder, file)]);
      // Dashboards are read in dashboards/: once more, as text within text, they would bury the rest.
      const without = chart === 'finflow' ? ['--set', 'dashboards.enabled=false'] : [];
      const args = ['template', release, folder, '--namespace', 'finflow', ...files, ...without];
      const { exitCode, stdout, stderr } = await run('helm', args, { cwd: root });
      if (exitCode !== 0) throw new Error(`helm ${args.join(' ')}: ${stderr}`);
      // Helm 4 leaves an empty line after an object where Helm 3 does not.
      const contents = stdout.replaceAll(/\n+(---\n|$)/g, '\n$1');
      return { path: join(folder, 'tests/rendered', `${name}.yaml`), contents };
    }),
  );
}

/** A value that must be refused, and a part of each sentence that says so. */
interface BadValues {
  readonly what: string;
  readonly profile: 'dev' | 'operators' | 'production';
  readonly values: unknown;
  readonly says: string | readonly string[];
}

/** Problems of the charts, as sentences; none when all is well. */
export async function problemsOf(root: string): Promise<string[]> {
  const problems = await Promise.all([
    notCurrent(root),
    lint(root),
    badValues(root),
    unitTests(root),
    invalidObjects(root, rendered),
  ]);
  return problems.flat();
}

async function notCurrent(root: string): Promise<string[]> {
  const old = await stale(root, [...(await madeFiles(root)), ...(await renderedFiles(root))]);
  return old.map(({ path }) => `${path} is not current: run \`npm run charts -- generate\`.`);
}

async function lint(root: string): Promise<string[]> {
  const linted = await Promise.all(
    charts.map(async (chart) => {
      const { values = [] } = profiles.find((profile) => profile.chart === chart) ?? {};
      const files = values.flatMap((file) => ['--values', join('charts', chart, file)]);
      const args = ['lint', '--strict', join('charts', chart), ...files];
      const { exitCode, output } = await run('helm', args, { cwd: root });
      return exitCode === 0 ? [] : [`helm lint --strict charts/${chart}:\n${output}`];
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
      const { values: places = [] } = profiles.find(({ name }) => name === profile) ?? {};
      const files = [...places.map((place) => join('charts/finflow', place)), file];
      const args = ['template', 'finflow', 'charts/finflow', ...files.flatMap((path) => ['--values', path])];
      const { exitCode, stderr } = await run('helm', args, { cwd: root });
      const unsaid = [says].flat().filter((part) => !stderr.includes(part));
      if (exitCode === 0) problems.push(`bad-values.yaml, ${what}: it is not refused.`);
      else if (unsaid.length > 0)
        problems.push(`bad-values.yaml, ${what}: it does not say "${unsaid.join('" and "')}" but\n${stderr}`);
    }
    process.stdout.write(
      `${cases.length - problems.length} of ${cases.length} bad values are refused as they should be.\n`,
    );
    return problems;
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function unitTests(root: string): Promise<string[]> {
  const plugin = await isThere('helm', ['unittest', '--help'], { cwd: root });
  if (!plugin && !(await isThere('helm-unittest', ['--help'], { cwd: root }))) {
    return ['helm-unittest is missing: https://github.com/helm-unittest/helm-unittest says how it is installed.'];
  }
  const [program, args] = plugin ? (['helm', ['unittest']] as const) : (['helm-unittest', []] as const);
  const { exitCode, output } = await run(program, [...args, 'charts/finflow', 'charts/finflow-dev'], { cwd: root });
  for (const line of output.split('\n')) if (line.startsWith('Tests:')) process.stdout.write(`${line}\n`);
  return exitCode === 0 ? [] : [output];
}
