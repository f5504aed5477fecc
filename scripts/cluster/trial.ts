import { type Cluster, ClusterError } from './cluster.ts';

/** What of FinFlow there is in a namespace. */
export interface Trial {
  readonly finflow: boolean;
  readonly finflowDev: boolean;
}

/**
 * Looks what is there. A release that this command did not make is none of its business: the names are those that
 * production has, too.
 *
 * @throws ClusterError when the release `finflow` is somebody's own
 */
export async function trialIn(cluster: Cluster, namespace: string): Promise<Trial> {
  const [finflow, finflowDev] = await Promise.all([cluster.valuesOf('finflow'), cluster.valuesOf('finflow-dev')]);
  if (finflow && (finflow.environment !== 'development' || !finflowDev)) {
    const reason = finflowDev
      ? `its environment is ${finflow.environment}`
      : 'it does not stand on finflow-dev, which comes with a trial';
    throw new ClusterError(
      `The release finflow in the namespace ${namespace} is no trial that this command made: ${reason}. It is left as it ` +
        'is. For a trial beside it give another --namespace.',
    );
  }
  return { finflow: finflow !== undefined, finflowDev: finflowDev !== undefined };
}
