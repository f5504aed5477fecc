import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse, parseAllDocuments } from 'yaml';

// What the chart gives a container and what the service reads are written in two places: this holds them together.

const root = join(import.meta.dirname, '../../..');
const text = (path: string) => readFile(join(root, path), 'utf8');

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: { readonly template: { readonly spec: PodSpec } };
}

interface PodSpec {
  readonly terminationGracePeriodSeconds: number;
  readonly containers: readonly {
    readonly name: string;
    readonly args?: readonly string[];
    readonly env?: readonly { readonly name: string; readonly value?: string }[];
    readonly lifecycle?: { readonly preStop: { readonly sleep: { readonly seconds: number } } };
  }[];
}

async function rendered(profile: string): Promise<Manifest[]> {
  const documents = parseAllDocuments(await text(`charts/finflow/tests/rendered/${profile}.yaml`));
  return documents.map((document) => document.toJS() as Manifest).filter(Boolean);
}

/** Variables that services/NAME/.env.example explains, and those of them that it says are required. */
async function documented(service: string) {
  const example = await text(`services/${service}/.env.example`);
  const names = (part: string) => [...part.matchAll(/^(?:# )?([A-Z][A-Z0-9_]+)=/gm)].map(([, name = '']) => name);
  const required = example.slice(
    example.indexOf('# Required.'),
    example.indexOf('\n\n', example.indexOf('# Required.')),
  );
  return { all: new Set(names(example)), required: names(required) };
}

const elsewhere = /^(OTEL_|METRICS_PORT$|POD_NAME$|NODE_OPTIONS$)/;
const services = ['auth', 'payments', 'accounting', 'analytics'];

describe.each(['dev', 'operators', 'production'])('profile %s', (profile) => {
  test.each(services)('gives %s the variables that it reads', async (service) => {
    const deployment = (await rendered(profile)).find(
      ({ kind, metadata }) => kind === 'Deployment' && metadata.name === `finflow-${service}`,
    );
    const container = deployment?.spec.template.spec.containers[0];
    const given = container?.env?.map(({ name }) => name.replace(/_FILE$/, '')) ?? [];
    const { all, required } = await documented(service);
    expect(given.filter((name) => !all.has(name) && !all.has(`${name}_FILE`) && !elsewhere.test(name))).toEqual([]);
    // Stripe's key for browsers, or the sandbox in its place.
    const either = ['STRIPE_PUBLISHABLE_KEY', 'CARD_SANDBOX_URL'];
    expect(required.filter((name) => !given.includes(name) && !either.includes(name))).toEqual([]);
    if (service === 'payments') expect(given.filter((name) => either.includes(name))).toHaveLength(1);
    expect(new Set(given).size).toBe(given.length);
  });

  test('gives a pod the time that its service takes to stop', async () => {
    for (const { kind, spec } of await rendered(profile)) {
      const drainMs =
        kind === 'Deployment' && spec.template.spec.containers[0]?.env?.find(({ name }) => name === 'DRAIN_MS');
      if (!drainMs) continue;
      const preStopSeconds = spec.template.spec.containers[0]?.lifecycle?.preStop.sleep.seconds ?? 0;
      // preStop, the drain, and the 15 s of services/chassis/src/lifecycle.ts.
      expect(spec.template.spec.terminationGracePeriodSeconds).toBeGreaterThan(
        preStopSeconds + Number(drainMs.value) / 1_000 + 15,
      );
    }
  });
});

test('every program that a container runs is in the image', async () => {
  const image = await text('scripts/images/programs.ts');
  const programs = (await rendered('production')).flatMap(({ kind, spec }) =>
    kind === 'Deployment' || kind === 'Job'
      ? spec.template.spec.containers.flatMap(({ args = [] }) => args.slice(0, 1))
      : [],
  );
  expect(programs).toHaveLength(10);
  for (const program of programs) {
    const [, service] = /^services\/(\w+)\/src\/(main|migrate)\.ts$/.exec(program) ?? [];
    if (service === undefined) expect(image).toContain(`'${program}'`);
    else expect(services).toContain(service);
  }
});

test('every alert has its runbook', async () => {
  const { alerts } = parse(await text('charts/finflow/files/alerts.yaml')) as { alerts: { runbook: string }[] };
  for (const { runbook } of alerts) expect(await text(`docs/runbooks/${runbook}`)).toMatch(/^# /);
});

test('every metric that is alerted of or shown is one that the services have', async () => {
  const { metric } = (await import('@finflow/chassis/telemetry/metrics')) as {
    metric: Record<string, { name: string; unit: string }>;
  };
  const known = Object.values(metric).map(({ name, unit }) => {
    const underscored = name.replaceAll('.', '_');
    return unit === 's' ? `${underscored}_seconds` : underscored;
  });
  const used = `${await text('charts/finflow/files/alerts.yaml')}${await text('charts/finflow/dashboards/finflow-events.json')}`;
  const expressions = used.replaceAll(/ by \([^)]*\)/g, '');
  const names = new Set(
    [...expressions.matchAll(/\b(?:finflow|rpc|messaging)_[a-z_]+(?=[{)[])/g)].map(([name]) => name),
  );
  expect(names.size).toBeGreaterThan(8);
  for (const name of names) expect(known).toContain(name.replace(/_(total|bucket|count|sum)$/, ''));
});
