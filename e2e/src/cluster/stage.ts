import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Cluster } from '../../../scripts/cluster/cluster.ts';

/** Where the proof takes place. */
export interface Stage {
  readonly cluster: Cluster;
  readonly namespace: string;
  /** Of the images finflow/services and finflow/web. */
  readonly tag: string;
  /** Root of the repository. */
  readonly root: string;
  /** Shows a line below the step under way. */
  readonly say: (line: string) => void;
  /** A stage in a namespace beside this one, whose name ends so. */
  readonly elsewhere: (suffix: string) => Stage;
}

/** Something that a platform team would want to see before they trust the chart. */
export interface Step {
  readonly name: string;
  /** What was seen, in a line. @throws Disproved, or what kubectl and helm say */
  run(stage: Stage): Promise<string>;
}

/** A claim that did not hold. */
export class Disproved extends Error {}

/** @throws Disproved */
export function claim(holds: boolean, otherwise: string): void {
  if (!holds) throw new Disproved(otherwise);
}

/** Makes objects, or brings them up to date. */
export async function apply({ cluster }: Stage, objects: readonly object[]): Promise<void> {
  const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });
  await withFile('objects.json', list, (file) => cluster.kubectl('apply', '--filename', file));
}

/** Gives `work` a file with this content. */
export async function withFile<T>(name: string, content: string, work: (file: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'finflow-proof-'));
  try {
    await writeFile(path.join(folder, name), content);
    return await work(path.join(folder, name));
  } finally {
    await rm(folder, { recursive: true });
  }
}

interface Pod {
  readonly metadata: { readonly name: string; readonly deletionTimestamp?: string };
  readonly status: { readonly conditions?: readonly Condition[] };
}

/** Names of the pods of one part of FinFlow that are ready. */
export async function readyPods(stage: Stage, component: string): Promise<string[]> {
  return (await podsOf(stage, component))
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .filter(({ status }) => status.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True'))
    .map(({ metadata }) => metadata.name);
}

/** The longest that a pod of one part of FinFlow took from its node to ready, in seconds. */
export async function startSeconds(stage: Stage, component: string): Promise<number> {
  const pods = await podsOf(stage, component);
  return Math.max(
    ...pods.map(({ status: { conditions = [] } }) => {
      const at = (wanted: string) =>
        Date.parse(conditions.find(({ type }) => type === wanted)?.lastTransitionTime ?? '');
      return (at('Ready') - at('PodScheduled')) / 1_000;
    }),
  );
}

async function podsOf({ cluster }: Stage, component: string): Promise<Pod[]> {
  const labels = `app.kubernetes.io/instance=finflow,app.kubernetes.io/component=${component}`;
  return JSON.parse(await cluster.kubectl('get', 'pods', '--selector', labels, '--output', 'json')).items;
}

/** Memory of the largest pod of each part, as the cluster's metrics have it, in words; where there are none, says so. */
export async function memory({ cluster, namespace }: Stage, components: readonly string[]): Promise<string> {
  const path = `/apis/metrics.k8s.io/v1beta1/namespaces/${namespace}/pods`;
  const answer = await cluster.kubectl('get', '--raw', path).catch(() => undefined);
  if (answer === undefined) return 'this cluster has no metrics server';
  const { items } = JSON.parse(answer) as { items: PodMetrics[] };
  return components
    .map((component) => {
      const mebibytes = items
        .filter(({ metadata: { name } }) => name.startsWith(`finflow-${component}-`))
        .map(({ containers }) =>
          containers.reduce((sum, { usage }) => sum + Number.parseInt(usage.memory, 10) / 1024, 0),
        );
      return `${component} ${Math.round(Math.max(...mebibytes))}`;
    })
    .join(', ')
    .concat(' MiB');
}

interface PodMetrics {
  readonly metadata: { readonly name: string };
  /** Memory in kibibytes: `104448Ki`. */
  readonly containers: readonly { readonly usage: { readonly memory: string } }[];
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly lastTransitionTime: string;
}

/** Waits until a deployment of FinFlow has all its pods, and no others. */
export async function settled({ cluster }: Stage, component: string): Promise<void> {
  await cluster.kubectl('rollout', 'status', `deployment/finflow-${component}`, '--timeout=120s');
}
