import type { ServiceName } from '@finflow/local/src/options.ts';
import { wrong } from '../finding.ts';
import { PostgresProxy, type ProxyHooks } from './cluster/postgres-proxy.ts';
import type { FaultContext } from './fault.ts';

const TIMES = 3;
const MOMENT_TIMEOUT_MS = 45_000;
/** Enough for events to flow again before the next time. */
const BETWEEN_MS = 2_000;

/**
 * Kills a service at an exact moment of its conversation with the database, a few times. Meanwhile it speaks through a
 * proxy, which sees the moment, kills the process and cuts the line, in that order: nothing can happen in between.
 *
 * @param at the hooks that recognize the moment; they answer with `kill()`, which is true: cut
 */
export async function killAtMoments(
  { cluster, pause, say, find }: FaultContext,
  service: ServiceName,
  at: (kill: () => true) => ProxyHooks,
): Promise<void> {
  const proxy = await PostgresProxy.open(cluster.database.server.port);
  try {
    await cluster.services.restart(service, { DATABASE_URL: cluster.databaseUrl(service, proxy.port) });
    for (let time = 1; time <= TIMES; time++) {
      await pause(BETWEEN_MS);
      const moment = Promise.withResolvers<void>();
      const kill = (): true => {
        proxy.hooks = {};
        cluster.services.signal(service, 'SIGKILL');
        moment.resolve();
        return true;
      };
      proxy.hooks = at(kill);
      const came = await Promise.race([moment.promise.then(() => true), pause(MOMENT_TIMEOUT_MS).then(() => false)]);
      if (!came) {
        find(wrong(`the moment never came at which ${service} was to be killed`));
        break;
      }
      say(`${service}: kill ${time} of ${TIMES}`);
      await pause(50);
      await cluster.services.ready(service);
    }
    await cluster.services.restart(service);
  } finally {
    await proxy.close();
  }
}
