import { join } from 'node:path';
import { repository } from '../program.ts';
import type { Fault } from './fault.ts';
import type { FaultResult } from './result.ts';
import { runFault } from './run-fault.ts';
import { Stage } from './stage.ts';

export interface RunFaultsOptions {
  readonly faults: readonly Fault[];
  readonly seeds: readonly number[];
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
  /** Told after each fault and seed. */
  readonly onResult: (result: FaultResult) => Promise<void>;
}

/**
 * Runs each fault with each seed, those that need the same cluster after each other on the same one. Stops everything
 * that it started, however it ends.
 *
 * @returns what the signal left undone, as `name seed`
 */
export async function runFaults({ faults, seeds, signal, say, onResult }: RunFaultsOptions): Promise<string[]> {
  const planned = ([1, 3] as const).flatMap((brokers) =>
    seeds.flatMap((seed) =>
      faults.filter((fault) => (fault.brokers ?? 1) === brokers).map((fault) => ({ fault, seed, brokers })),
    ),
  );
  let stage: Stage | undefined;
  try {
    for (const [index, { fault, seed, brokers }] of planned.entries()) {
      const left = () => planned.slice(index).map((one) => `${one.fault.name} ${one.seed}`);
      if (signal.aborted) return left();
      const name = `${fault.name} seed ${seed}`;
      const sayAbout = (line: string) => say(`[${index + 1}/${planned.length}] ${name}: ${line}`);
      try {
        if (stage?.brokers !== brokers) {
          await stage?.close();
          stage = undefined;
          sayAbout(`starting a cluster with ${brokers === 1 ? 'one broker' : `${brokers} brokers`}`);
          stage = await Stage.open(brokers);
        }
        sayAbout(fault.about);
        const result = await runFault({ fault, seed, stage, signal, say: sayAbout });
        await onResult(result);
        if (result.findings.length === 0) continue;
      } catch (error) {
        if (signal.aborted) return left();
        await keepLogs(stage, fault, seed, sayAbout);
        throw error;
      }
      await keepLogs(stage, fault, seed, sayAbout);
      await stage.close();
      stage = undefined;
    }
    return [];
  } finally {
    await stage?.close();
  }
}

async function keepLogs(stage: Stage | undefined, fault: Fault, seed: number, say: (line: string) => void) {
  const folder = join(repository, 'e2e/output/faults', `${fault.name}-${seed}`);
  await stage?.cluster.keepLogs(folder);
  if (stage) say(`the services' logs are in ${folder}`);
}
