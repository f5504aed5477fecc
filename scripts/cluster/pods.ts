/** The parts of a pod, as the API server tells them, that say how far it is. */
export interface Pod {
  readonly metadata: { readonly name: string; readonly deletionTimestamp?: string };
  readonly status: {
    readonly phase: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string; readonly message?: string }[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
    readonly containerStatuses?: readonly ContainerStatus[];
  };
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
  readonly is: 'ready' | 'on its way' | 'in trouble';
  readonly words: string;
  /** The image that no node can get, when that is what it waits for. */
  readonly missingImage?: string;
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
