import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { install } from '../../../scripts/cluster/install.ts';
import { journeysThrough } from './journeys.ts';
import { type LoadReport, loadPod, underGrpcLoad, underLoad } from './load.ts';
import { mistakes } from './mistakes.ts';
import { spread } from './spread.ts';
import { apply, claim, memory, readyPods, type Stage, type Step, settled, startSeconds, withFile } from './stage.ts';

const services = ['auth', 'payments', 'accounting', 'analytics'];
const parts = [...services, 'web'];
/**
 * Two of everything, so that one may always go; the load may call payments over gRPC as our services do, and pods count
 * their calls. A node that everything shares, databases and control plane too, is slow to say that a pod is leaving: what
 * still comes to the web app's must have been told to close its connection before the pod stops.
 */
const values = JSON.stringify({
  defaults: { replicas: 2, preStopSeconds: 12 },
  telemetry: { scrape: true },
  services: {
    web: { preStopSeconds: 20 },
    payments: {
      networkPolicy: {
        ingress: [{ from: [{ podSelector: { matchLabels: { app: loadPod } } }], ports: [{ port: 'grpc' }] }],
      },
    },
  },
});

export const steps: readonly Step[] = [
  {
    name: 'a fresh namespace, restricted and with a quota: finflow-dev and finflow are ready',
    async run(stage) {
      const { cluster, namespace, tag, say } = stage;
      await cluster.kubectl('create', 'namespace', namespace);
      await cluster.kubectl('label', 'namespace', namespace, 'pod-security.kubernetes.io/enforce=restricted');
      await apply(stage, [
        {
          apiVersion: 'v1',
          kind: 'ResourceQuota',
          metadata: { name: 'proof', namespace },
          spec: { hard: { pods: '40', 'requests.cpu': '6', 'requests.memory': '12Gi', 'limits.memory': '24Gi' } },
        },
      ]);
      const startedAt = performance.now();
      await withFile('values.json', values, (file) =>
        install(
          cluster,
          { command: 'install', namespace, tag, registry: undefined, values: [file], demo: true, timeoutSeconds: 600 },
          say,
        ),
      );
      for (const part of parts) {
        const ready = await readyPods(stage, part);
        claim(ready.length === 2, `${ready.length} pods of ${part} are ready, not 2.`);
      }
      const installed = seconds(startedAt);
      const starts = await Promise.all(parts.map(async (part) => `${part} ${await startSeconds(stage, part)}`));
      return `ready after ${installed}; slowest pod from its node to ready: ${starts.join(', ')} s`;
    },
  },
  {
    name: 'helm test: register, invoice, pay, books, forecast, through the web app’s address',
    async run(stage) {
      const startedAt = performance.now();
      await stage.cluster.helm(['test', 'finflow', '--logs', '--timeout', '300s']);
      return `passed in ${seconds(startedAt)}; memory of a pod: ${await memory(stage, parts)}`;
    },
  },
  {
    name: 'helm upgrade to another version under load: every pod is replaced, no request fails, migrations run once',
    run: (stage) =>
      replaced(stage, async () => {
        const before = await migrationsDone(stage);
        await withNextVersion(stage, (chart) => upgrade(stage, chart));
        const times = (await migrationsDone(stage)) - before;
        claim(times === 1, `Migrations ran ${times} times.`);
      }),
  },
  {
    name: 'helm rollback under load: every pod is replaced, no request fails',
    run: (stage) =>
      replaced(stage, async () => {
        await stage.cluster.helm(['rollback', 'finflow', '--wait', '--timeout', '300s']);
      }),
  },
  {
    name: 'evictions, as a node that is drained makes them: budgets hold, and no request fails',
    async run(stage) {
      let refused = 0;
      let used = '';
      const report = await underLoad(stage, async () => {
        for (const part of parts) {
          const pods = await readyPods(stage, part);
          // Both at once: the budget lets one go.
          for (const pod of pods) if (!(await evict(stage, pod))) refused += 1;
          await settled(stage, part);
        }
        // Metrics are some 15 s old.
        await delay(20_000);
        used = await memory(stage, parts);
      });
      claim(refused === parts.length, `Budgets refused ${refused} of ${parts.length} second evictions.`);
      claim(report.failed.length === 0, failures(report));
      claim(report.lost === 0, `${report.lost} acknowledged invoices are not there.`);
      return `${refused} second evictions refused; ${loadLine(report)}; memory of a pod: ${used}`;
    },
  },
  {
    name: 'pods deleted by force, one after another: nothing acknowledged is lost, and consumers take over',
    async run(stage) {
      const report = await underLoad(stage, async () => {
        for (const part of services) {
          const [pod] = await readyPods(stage, part);
          claim(pod !== undefined, `No pod of ${part} is ready.`);
          await stage.cluster.kubectl('delete', 'pod', String(pod), '--grace-period=0', '--force', '--wait=false');
          await delay(2_000);
          await settled(stage, part);
        }
      });
      claim(report.lost === 0, `${report.lost} acknowledged invoices are not there.`);
      // The journey ends with what analytics made of accounting's events, so it takes consumers that consume.
      await stage.cluster.helm(['test', 'finflow', '--timeout', '300s']);
      return `${report.failed.length} requests cut off; ${loadLine(report)}; helm test passed afterwards`;
    },
  },
  {
    name: 'payments from 1 pod to 3: calls over gRPC spread evenly within 30 s',
    async run(stage) {
      const { cluster } = stage;
      const scale = (pods: number) => cluster.kubectl('scale', 'deployment/finflow-payments', `--replicas=${pods}`);
      await scale(1);
      await settled(stage, 'payments');
      let seen = '';
      const { sent, failed } = await underGrpcLoad(stage, async () => {
        await scale(3);
        await settled(stage, 'payments');
        seen = await spread(stage, 'payments', { unevenness: 1.25, withinMs: 30_000 });
      });
      await scale(2);
      claim(failed.length === 0, `${failed.length} of ${sent} calls failed: ${failed[0]}`);
      return `${seen}; ${sent} calls, none failed`;
    },
  },
  {
    name: 'curl and Chromium walk through the web in the cluster as they do through one on this machine',
    run: journeysThrough,
  },
  ...mistakes,
];

/** Does what replaces every pod, under load. */
async function replaced(stage: Stage, work: () => Promise<void>): Promise<string> {
  const names = async () => (await Promise.all(parts.map((part) => readyPods(stage, part)))).flat();
  const before = new Set(await names());
  const report = await underLoad(stage, async () => {
    await delay(3_000);
    await work();
    for (const part of parts) await settled(stage, part);
    await delay(3_000);
  });
  const old = (await names()).filter((name) => before.has(name));
  claim(old.length === 0, `These pods were not replaced: ${old.join(', ')}.`);
  claim(report.failed.length === 0, failures(report));
  claim(report.lost === 0, `${report.lost} acknowledged invoices are not there.`);
  return loadLine(report);
}

/** How often the Job of the migrations has come to its end. */
async function migrationsDone({ cluster }: Stage): Promise<number> {
  const events = ['involvedObject.kind=Job', 'involvedObject.name=finflow-migrate', 'reason=Completed'].join();
  const { items } = JSON.parse(
    await cluster.kubectl('get', 'events', '--field-selector', events, '--output', 'json'),
  ) as { items: { count?: number }[] };
  return items.reduce((sum, { count = 1 }) => sum + count, 0);
}

async function upgrade({ cluster, tag }: Stage, chart: string): Promise<void> {
  await withFile('values.json', values, (file) =>
    cluster.helm([
      ...['upgrade', 'finflow', chart, '--values', 'charts/finflow/values-dev.yaml', '--values', file],
      ...['--set-string', `images.services.tag=${tag}`, '--set-string', `images.web.tag=${tag}`],
      // Every pod is another one then, as with another image.
      ...['--set-string', 'defaults.podAnnotations.release=next'],
      ...['--wait', '--timeout', '300s'],
    ]),
  );
}

/** The chart as if it were its next version: every Job runs again. */
async function withNextVersion(stage: Stage, work: (chart: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'finflow-chart-'));
  try {
    await cp(path.join(stage.root, 'charts/finflow'), folder, { recursive: true });
    const file = path.join(folder, 'Chart.yaml');
    const chart = await readFile(file, 'utf8');
    await writeFile(file, chart.replace(/^version: .*$/m, 'version: 99.0.0'));
    await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Whether the pod may go; it goes then. */
async function evict(stage: Stage, pod: string): Promise<boolean> {
  const { cluster, namespace } = stage;
  const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: pod, namespace } };
  return await withFile('eviction.json', JSON.stringify(eviction), (file) =>
    cluster.kubectl('create', '--raw', `/api/v1/namespaces/${namespace}/pods/${pod}/eviction`, '--filename', file),
  ).then(
    () => true,
    (error: Error) => {
      if (error.message.includes('disruption budget')) return false;
      throw error;
    },
  );
}

function loadLine({ sent, seconds: lasted, acknowledged, p50, p99 }: LoadReport): string {
  return `${sent} requests in ${lasted} s, ${acknowledged} invoices, 0 lost, p50 ${p50} ms, p99 ${p99} ms`;
}

function failures({ failed, sent }: LoadReport): string {
  return `${failed.length} of ${sent} requests failed:\n${failed.slice(0, 10).join('\n')}`;
}

function seconds(sinceMs: number): string {
  return `${((performance.now() - sinceMs) / 1000).toFixed(0)} s`;
}
