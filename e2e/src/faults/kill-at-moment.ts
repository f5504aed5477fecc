import type { ServiceName } from '@finflow/local/src/options.ts';
import { wrong } from '../finding.ts';
import { PostgresProxy, type ProxyHooks } from './cluster/postgres-proxy.ts';
import type { FaultContext } from './fault.ts';

const TIMES = 3;
const MOMENT_TIMEOUT_MS = 45_000;
/** Enough for events to flow again before the next time. */
const BETWEEN_MS = 2_000;
const POLL_MS = 50;

/** An exact moment of a service's conversation with its database. */
export interface Moment {
  /** Recognizes it, and answers with what `kill` says. */
  readonly hooks: ProxyHooks;
  /** Whether what had to follow from the last kill has been seen; the next one waits for it. */
  readonly hasFollowed?: () => boolean;
}

/**
 * Kills a service at an exact moment of its conversation with the database, a few times. Meanwhile it speaks through a
 * proxy, which sees the moment, kills the process and cuts the line, in that order: nothing can happen in between.
 *
 * @param momentOf is given `kill`, which says whether it has killed: then cut. Between the times it does nothing.
 * @returns how often it was killed
 */
export async function killAtMoments(
  { cluster, pause, say, find }: FaultContext,
  service: ServiceName,
  momentOf: (kill: () => boolean) => Moment,
): Promise<number> {
  const proxy = await PostgresProxy.open(cluster.database.server.port);
  let awaited = false;
  let killed = 0;
  const { hooks, hasFollowed = () => true } = momentOf(() => {
    if (!awaited) return false;
    awaited = false;
    killed += 1;
    cluster.services.signal(service, 'SIGKILL');
    return true;
  });
  const comes = async (has: () => boolean) => {
    for (let waitedMs = 0; !has(); waitedMs += POLL_MS) {
      if (waitedMs >= MOMENT_TIMEOUT_MS) return false;
      await pause(POLL_MS);
    }
    return true;
  };
  try {
    await cluster.services.restart(service, { DATABASE_URL: cluster.databaseUrl(service, proxy.port) });
    proxy.hooks = hooks;
    for (let time = 1; time <= TIMES; time++) {
      await pause(BETWEEN_MS);
      awaited = true;
      if (!(await comes(() => killed === time))) {
        find(wrong(`the moment never came at which ${service} was to be killed`));
        break;
      }
      say(`${service}: kill ${time} of ${TIMES}`);
      await pause(POLL_MS);
      await cluster.services.ready(service);
      if (!(await comes(hasFollowed))) {
        find(wrong(`${service} was killed at a moment of which nothing followed, so the fault did not bite`));
        break;
      }
    }
    proxy.hooks = {};
    await cluster.services.restart(service);
  } finally {
    await proxy.close();
  }
  return killed;
}
