import { setTimeout as delay } from 'node:timers/promises';
import { type Cluster, ClusterError } from './cluster.ts';
import type { Options } from './options.ts';
import type { PodState } from './pods.ts';
import { trialIn } from './trial.ts';

const LAST_MESSAGE = 'jsonpath={.items[-1:].message}';
const LOOK_MS = 2_000;
/** Longer than a container takes to fail for a moment's reason, such as a Secret that comes a little later. */
const TROUBLE_MS = 60_000;

/**
 * Installs both releases, or brings them up to date, and tells what happens. Nothing is touched before both charts take
 * what they are given.
 */
export async function install(cluster: Cluster, options: Options, say: (line: string) => void): Promise<void> {
  const { namespace, timeoutSeconds } = options;
  await trialIn(cluster, namespace);
  const dev = ['upgrade', '--install', 'finflow-dev', 'charts/finflow-dev', ...imagesOf('cardSandbox', options)];
  const finflow = [
    ...['upgrade', '--install', 'finflow', 'charts/finflow'],
    ...['charts/finflow/values-dev.yaml', ...options.values].flatMap((file) => ['--values', file]),
    ...imagesOf('services', options),
    ...imagesOf('web', options),
    ...['--set', `demo.enabled=${options.demo}`],
  ];
  for (const release of [dev, finflow]) await cluster.helm([...release, '--dry-run=server']);

  await makeNamespace(cluster, namespace);
  const wait = ['--wait', '--timeout', `${timeoutSeconds}s`];
  const startedAt = performance.now();
  const seconds = () => ((performance.now() - startedAt) / 1000).toFixed(0);
  say(`Installing finflow-dev in ${namespace}: PostgreSQL, Kafka, the schema registry, the card sandbox`);
  await watched(cluster, options, say, [...dev, ...wait]);
  say(`finflow-dev is ready after ${seconds()} s`);
  say(`Installing finflow in ${namespace}${options.demo ? ', with a demo company' : ''}`);
  await watched(cluster, options, say, [...finflow, ...wait]);
  say(`FinFlow is ready after ${seconds()} s`);
}

function imagesOf(name: string, { tag, registry }: Options): string[] {
  return [
    ...(tag === undefined ? [] : ['--set-string', `images.${name}.tag=${tag}`]),
    ...(registry === undefined ? [] : ['--set-string', `global.imageRegistry=${registry}`]),
  ];
}

/** Held to the strictest Pod Security, when it is ours to make. */
async function makeNamespace(cluster: Cluster, namespace: string): Promise<void> {
  const found = await cluster.kubectl('get', 'namespace', namespace, '--ignore-not-found', '--output', 'name');
  if (found.trim() !== '') return;
  await cluster.kubectl('create', 'namespace', namespace);
  await cluster.kubectl('label', 'namespace', namespace, 'pod-security.kubernetes.io/enforce=restricted');
}

/** Runs helm, tells how the pods get on meanwhile, and gives up early on what will not mend itself. */
async function watched(cluster: Cluster, options: Options, say: (line: string) => void, args: string[]): Promise<void> {
  const ended = new AbortController();
  const trouble = watch(cluster, options, say, ended.signal);
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
async function watch(
  cluster: Cluster,
  options: Options,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<never> {
  const said = new Map<string, string>();
  const since = new Map<string, number>();
  // A look that fails is made again: Helm finds out when the cluster is really away.
  const look = () => cluster.pods().catch((): PodState[] => []);
  const before = await look();
  const started = new Set(before.filter(({ is }) => is === 'ready').map(({ name }) => name));
  // What an earlier try left is in trouble until Helm has put its successor in its place.
  const left = new Set(before.filter(({ is }) => is === 'in trouble').map(({ uid }) => uid));
  for (;;) {
    await delay(LOOK_MS, undefined, { signal });
    for (const pod of await look()) {
      if (started.has(pod.name)) continue;
      const { uid = pod.name } = pod;
      if (said.get(uid) !== pod.words) say(`  ${pod.name}: ${pod.words}`);
      said.set(uid, pod.words);
      if (pod.is !== 'in trouble') since.delete(uid);
      else if (pod.outdated) await makeWay(cluster, pod);
      else {
        if (!since.has(uid)) since.set(uid, performance.now());
        const lastedMs = performance.now() - (since.get(uid) ?? 0);
        const isLost = pod.missingImage !== undefined && lastedMs > 2 * LOOK_MS && !left.has(pod.uid);
        if (isLost || lastedMs > TROUBLE_MS) throw await givingUp(cluster, pod, options);
      }
    }
  }
}

/** A StatefulSet does not replace a pod that never became ready; with it gone, its successor comes. */
async function makeWay(cluster: Cluster, { name, outdated }: PodState): Promise<void> {
  if (outdated === 'StatefulSet') await cluster.kubectl('delete', 'pod', name, '--wait=false').catch(() => undefined);
}

async function givingUp(cluster: Cluster, { missingImage }: PodState, { namespace }: Options): Promise<ClusterError> {
  if (missingImage === undefined) return new ClusterError(await troubles(cluster));
  return new ClusterError(
    `No node can get the image ${missingImage}. Ours come by \`npm run images -- build\`, and --tag says which; then load ` +
      'them into the nodes (kind load docker-image, minikube image load), or push them and say where with --registry. ' +
      `The same command with what was wrong put right goes on from here; \`npm run cluster -- uninstall --namespace ${namespace}\` ` +
      'takes all of it away.',
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
