import { setTimeout as delay } from 'node:timers/promises';
import { apply, Disproved, type Stage, type Step, withFile } from './stage.ts';

/** How soon somebody who looks must see what is wrong. */
const WITHIN_MS = 60_000;

/** What people do wrong when they install, each in a namespace of its own, and where they see it. */
export const mistakes: readonly Step[] = [
  {
    name: 'Secrets that are not there: the pods say which, within a minute',
    run: (stage) =>
      mistaken(stage.elsewhere('no-secrets'), {}, async ({ cluster }) => {
        const warnings = await cluster.kubectl('get', 'events', '--field-selector', 'type=Warning', '--output', 'json');
        const { items } = JSON.parse(warnings) as { items: { message?: string }[] };
        return items.map(({ message = '' }) => message).find((message) => /secret .* not found/i.test(message));
      }),
  },
  {
    name: 'a database that cannot be reached: the pods say so, within a minute',
    run: (stage) =>
      mistaken(
        stage.elsewhere('no-database'),
        { secrets: secretsOf('postgresql://service:none@no-database.invalid:5432/x') },
        async ({ cluster }) => {
          const pods = await get(cluster, 'pods');
          return pods
            .flatMap(({ status }) => lastWords(status))
            .find((message) => message.includes('The database at no-database.invalid:5432 cannot be reached'));
        },
      ),
  },
  {
    name: 'a pod that Pod Security refuses: the Deployment says why, within a minute',
    run: (stage) =>
      mistaken(
        stage.elsewhere('not-restricted'),
        { values: { services: { auth: { extraVolumes: [{ name: 'host', hostPath: { path: '/' } }] } } } },
        async ({ cluster }) => {
          const deployments = await get(cluster, 'deployments.apps');
          return deployments
            .flatMap(({ status }) => status.conditions ?? [])
            .map(({ message = '' }) => message)
            .find((message) => message.includes('violates PodSecurity') && message.includes('hostPath'));
        },
      ),
  },
];

interface Mistake {
  readonly values?: object;
  readonly secrets?: readonly object[];
}

/** Installs with a mistake, and looks until `look` finds what tells of it. */
async function mistaken(
  stage: Stage,
  { values = {}, secrets = [] }: Mistake,
  look: (stage: Stage) => Promise<string | undefined>,
): Promise<string> {
  const { cluster, namespace, tag } = stage;
  await cluster.kubectl('create', 'namespace', namespace);
  try {
    await cluster.kubectl('label', 'namespace', namespace, 'pod-security.kubernetes.io/enforce=restricted');
    if (secrets.length > 0) await apply(stage, secrets);
    // No migration before the services, which are what is looked at.
    const given = {
      migrations: { mode: 'none' },
      topics: { mode: 'none' },
      defaults: { startWaitMs: 10_000 },
      ...values,
    };
    await withFile('values.json', JSON.stringify(given), (file) =>
      cluster.helm([
        ...['install', 'finflow', 'charts/finflow', '--values', 'charts/finflow/values-dev.yaml', '--values', file],
        ...['--set-string', `images.services.tag=${tag}`, '--set-string', `images.web.tag=${tag}`],
      ]),
    );
    const startedAt = performance.now();
    for (;;) {
      const found = await look(stage);
      const elapsedMs = performance.now() - startedAt;
      if (found !== undefined) return `after ${(elapsedMs / 1000).toFixed(0)} s: ${found}`;
      if (elapsedMs > WITHIN_MS) throw new Disproved(`Nothing tells of it:\n${await cluster.kubectl('get', 'pods')}`);
      await delay(1_000);
    }
  } finally {
    await cluster.kubectl('delete', 'namespace', namespace, '--wait=false');
  }
}

/** Every Secret that the profile for development names, with this database in each. */
function secretsOf(url: string): object[] {
  const key = Buffer.alloc(32, 7).toString('base64');
  const keys = {
    KEY_ENCRYPTION_KEY: key,
    PROCESSOR_DATA_KEYS: `proof:${key}`,
    STRIPE_SECRET_KEY: 'sk_test_proof',
    STRIPE_WEBHOOK_SECRET: 'whsec_proof',
  };
  const secret = (name: string, stringData: object) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: `finflow-dev-${name}` },
    stringData,
  });
  const databases = ['auth', 'payments', 'accounting', 'analytics'];
  return [
    secret('keys', keys),
    ...databases.map((name) => secret(name, { DATABASE_URL: url, DATABASE_OWNER_URL: url })),
  ];
}

interface Status {
  readonly conditions?: readonly { readonly message?: string }[];
  readonly containerStatuses?: readonly { readonly state?: State; readonly lastState?: State }[];
}

interface State {
  readonly terminated?: { readonly message?: string };
}

async function get(cluster: Stage['cluster'], what: string): Promise<{ readonly status: Status }[]> {
  return JSON.parse(await cluster.kubectl('get', what, '--output', 'json')).items;
}

/** The last log lines of containers that failed, which the chart makes Kubernetes keep in its status. */
function lastWords({ containerStatuses = [] }: Status): string[] {
  return containerStatuses
    .flatMap(({ state, lastState }) => [state, lastState])
    .flatMap((each) => (each?.terminated?.message ?? '').trim().split('\n'))
    .map((line) => (line.startsWith('{') && line.endsWith('}') ? JSON.parse(line).message : line));
}
