/** The parts of a pod, as the API server tells them, that say how far it is. */
export interface Pod {
  readonly kind?: 'Pod';
  readonly metadata: Metadata & { readonly deletionTimestamp?: string };
  readonly status: {
    readonly phase: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string; readonly message?: string }[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
    readonly containerStatuses?: readonly ContainerStatus[];
  };
}

/** What keeps pods of one template: a Deployment has a ReplicaSet for each it has had, a StatefulSet a revision. */
export type Keeper =
  | { readonly kind: 'ReplicaSet'; readonly metadata: Metadata }
  | {
      readonly kind: 'StatefulSet';
      readonly metadata: Metadata;
      readonly status: { readonly updateRevision?: string };
    };

interface Metadata {
  readonly name: string;
  readonly uid?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly ownerReferences?: readonly { readonly kind: string; readonly uid: string }[];
}

interface ContainerStatus {
  readonly name: string;
  readonly image: string;
  readonly ready: boolean;
  readonly restartCount: number;
  readonly state?: {
    readonly waiting?: { readonly reason?: string; readonly message?: string };
    readonly terminated?: { readonly reason?: string; readonly exitCode: number };
  };
}

/** Where a pod is on its way, in a few words. */
export interface PodState {
  readonly name: string;
  readonly uid?: string;
  readonly is: 'ready' | 'on its way' | 'in trouble';
  readonly words: string;
  /** The image that no node can get, when that is what it waits for. */
  readonly missingImage?: string;
  /** Of a template that is no more: its Deployment replaces it by itself, its StatefulSet only once it is ready. */
  readonly outdated?: 'Deployment' | 'StatefulSet';
}

/** How far the pods are, given with what keeps them. */
export function statesOf(items: readonly (Pod | Keeper)[]): PodState[] {
  const keepers = items.filter((item): item is Keeper => item.kind === 'ReplicaSet' || item.kind === 'StatefulSet');
  const pods = items.filter((item): item is Pod => item.kind === 'Pod');
  return pods.map((pod) => {
    const { uid } = pod.metadata;
    const outdated = outdatedOf(pod, keepers);
    return { ...stateOf(pod), ...(uid && { uid }), ...(outdated && { outdated }) };
  });
}

function outdatedOf({ metadata }: Pod, keepers: readonly Keeper[]): PodState['outdated'] {
  const owner = metadata.ownerReferences?.[0]?.uid;
  const keeper = keepers.find((each) => each.metadata.uid === owner);
  if (keeper?.kind === 'StatefulSet') {
    const revision = metadata.labels?.['controller-revision-hash'];
    return revision === keeper.status.updateRevision ? undefined : 'StatefulSet';
  }
  if (keeper === undefined) return undefined;
  const deployment = keeper.metadata.ownerReferences?.[0]?.uid;
  const revisions = keepers
    .filter((each) => each.metadata.ownerReferences?.[0]?.uid === deployment)
    .map(({ metadata: { annotations } }) => Number(annotations?.['deployment.kubernetes.io/revision']));
  return Number(keeper.metadata.annotations?.['deployment.kubernetes.io/revision']) < Math.max(...revisions)
    ? 'Deployment'
    : undefined;
}

/** Reasons for which a container waits that pass by themselves. */
const PASSING = new Set(['PodInitializing', 'ContainerCreating']);

export function stateOf({ metadata: { name, deletionTimestamp }, status }: Pod): PodState {
  if (deletionTimestamp !== undefined) return { name, is: 'on its way', words: 'stopping' };
  if (status.phase === 'Succeeded') return { name, is: 'ready', words: 'done' };
  if (status.phase === 'Failed') return { name, is: 'in trouble', words: 'failed' };
  const containers = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  for (const { image, state, name: container } of containers) {
    const { reason, message } = state?.waiting ?? {};
    if (reason === undefined || PASSING.has(reason)) continue;
    const words = `${container}: ${reason}${message ? ` (${message})` : ''}`;
    const missing = reason === 'ErrImagePull' || reason === 'ImagePullBackOff' || reason === 'ErrImageNeverPull';
    return { name, is: 'in trouble', words, ...(missing && { missingImage: image }) };
  }
  const unschedulable = status.conditions?.find(({ type, status: is }) => type === 'PodScheduled' && is === 'False');
  if (unschedulable)
    return { name, is: 'in trouble', words: `on no node: ${unschedulable.message ?? 'no reason given'}` };
  if (status.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True')) {
    return { name, is: 'ready', words: 'ready' };
  }
  const at = containers.find(({ ready, state }) => !ready && state?.terminated?.exitCode !== 0);
  const again = at && at.restartCount > 0 ? `, started ${at.restartCount + 1} times` : '';
  return { name, is: 'on its way', words: at ? `starting ${at.name}${again}` : 'starting' };
}
