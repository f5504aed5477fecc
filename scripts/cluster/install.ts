import { setTimeout as delay } from 'node:timers/promises';
import { type Cluster, ClusterError } from './cluster.ts';
import type { Options } from './options.ts';
import type { PodState } from './pods.ts';

const LAST_MESSAGE = 'jsonpath={.items[-1:].message}';
const LOOK_MS = 2_000;
/** Longer than a container takes to fail for a moment's reason, such as a Secret that comes a little later. */
const TROUBLE_MS = 60_000;

/** Installs both releases, or brings them up to date, and tells what happens. */
export async function install(cluster: Cluster, options: Options, say: (line: string) => void): Promise<void> {
  const { namespace, timeoutSeconds } = options;
  await makeNamespace(cluster, namespace);
  const wait = ['--wait', '--timeout', `${timeoutSeconds}s`];
  const images = (values: [string, string | undefined][]) =>
    values.flatMap(([name, value]) => (value === undefined ? [] : ['--set-string', `${name}=${value}`]));
  const startedAt = performance.now();
  const seconds = () => ((performance.now() - startedAt) / 1000).toFixed(0);

  say(`Installing finflow-dev in ${namespace}: PostgreSQL, Kafka, the schema registry, the card sandbox`);
  const dev: [string, string | undefined][] = [
    ['images.cardSandbox.tag', options.tag],
    ['global.imageRegistry', options.registry],
  ];
  await watched(cluster, say, ['upgrade', '--install', 'finflow-dev', 'charts/finflow-dev', ...images(dev), ...wait]);
  say(`finflow-dev is ready after ${seconds()} s`);

  say(`Installing finflow in ${namespace}${options.demo ? ', with a demo company' : ''}`);
  const finflow: [string, string | undefined][] = [
    ['images.services.tag', options.tag],
    ['images.web.tag', options.tag],
    ['global.imageRegistry', options.registry],
  ];
  const values = ['charts/finflow/values-dev.yaml', ...options.values].flatMap((file) => ['--values', file]);
  await watched(cluster, say, [
    ...['upgrade', '--install', 'finflow', 'charts/finflow', ...values, ...images(finflow)],
    ...['--set', `demo.enabled=${options.demo}`, ...wait],
  ]);
  say(`FinFlow is ready after ${seconds()} s`);
}

/** Held to the strictest Pod Security, when it is ours to make. */
async function makeNamespace(cluster: Cluster, namespace: string): Promise<void> {
  const found = await cluster.kubectl('get', 'namespace', namespace, '--ignore-not-found', '--output', 'name');
  if (found.trim() !== '') return;
  await cluster.kubectl('create', 'namespace', namespace);
  await cluster.kubectl('label', 'namespace', namespace, 'pod-security.kubernetes.io/enforce=restricted');
}

/** Runs helm, tells how the pods get on meanwhile, and gives up early on what will not mend itself. */
async function watched(cluster: Cluster, say: (line: string) => void, args: string[]): Promise<void> {
  const ended = new AbortController();
  const trouble = watch(cluster, say, ended.signal);
  // Interrupted, Helm marks the release as failed, so that the next try may go on from there.
  const helm = cluster.helm(args, ended.signal).catch(async (error: Error) => {
    throw new ClusterError(`${error.message}\n${await troubles(cluster)}`.trim());
  });
  helm.catch(() => undefined);
  try {
    await Promise.race([helm, trouble]);
  } finally {
    ended.abort();
    await trouble.catch(() => undefined);
  }
}

/** Says what changed, every two seconds; rejects when no node can get an image, or a pod has been in trouble too long. */
async function watch(cluster: Cluster, say: (line: string) => void, signal: AbortSignal): Promise<never> {
  const said = new Map<string, string>();
  const since = new Map<string, number>();
  // A look that fails is made again: Helm finds out when the cluster is really away.
  const look = () => cluster.pods().catch((): PodState[] => []);
  const started = new Set((await look()).filter(({ is }) => is === 'ready').map(({ name }) => name));
  for (;;) {
    await delay(LOOK_MS, undefined, { signal });
    const pods = await look();
    for (const pod of pods) {
      if (started.has(pod.name)) continue;
      if (said.get(pod.name) !== pod.words) say(`  ${pod.name}: ${pod.words}`);
      said.set(pod.name, pod.words);
      if (pod.is !== 'in trouble') since.delete(pod.name);
      else if (!since.has(pod.name)) since.set(pod.name, performance.now());
      const lastedMs = performance.now() - (since.get(pod.name) ?? performance.now());
      if (pod.missingImage !== undefined && lastedMs > 2 * LOOK_MS) throw withoutImage(pod.missingImage);
      if (lastedMs > TROUBLE_MS) throw new ClusterError(await troubles(cluster));
    }
  }
}

function withoutImage(image: string): ClusterError {
  return new ClusterError(
    `No node can get the image ${image}. Ours come by \`npm run images -- build\`; then load them into the nodes (kind ` +
      'load docker-image, minikube image load), or push them and say where with --registry. It is tried again by the ' +
      'cluster until `npm run cluster -- uninstall`.',
  );
}

/** Each pod that is not ready: why, what the cluster warned of last (a Secret that is not there, say), the end of its log. */
async function troubles(cluster: Cluster): Promise<string> {
  const pods = (await cluster.pods().catch((): PodState[] => [])).filter(({ is }) => is !== 'ready');
  const told = pods.map(async ({ name, words }) => {
    const log = await cluster.kubectl('logs', name, '--all-containers', '--tail=8', '--prefix').catch(() => '');
    const warned = await cluster
      .kubectl(
        'get',
        'events',
        '--field-selector',
        `involvedObject.name=${name},type=Warning`,
        '--output',
        LAST_MESSAGE,
      )
      .catch(() => '');
    const details = [warned, log].map((text) => text.trim()).filter((text) => text !== '');
    return [`${name}: ${words}`, ...details.map((text) => text.replace(/^/gm, '    '))].join('\n');
  });
  return (await Promise.all(told)).join('\n');
}
