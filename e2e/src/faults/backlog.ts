import { setTimeout as delay } from 'node:timers/promises';
import { serviceNames } from '@finflow/local/src/options.ts';
import { wrong } from '../finding.ts';
import { outstanding } from './check/events.ts';
import type { Cluster } from './cluster/cluster.ts';
import type { FaultContext } from './fault.ts';

const POLL_MS = 100;
const DRAIN_TIMEOUT_MS = 90_000;
/** A backlog is gone when no more waits than comes in within so long. */
const CURRENT_MS = 500;
const LEAST_RATIO = 3;
/** What gathers in a shorter time is gone within the pauses between two tries, whose ratio says nothing. */
const LEAST_OUTAGE_MS = 20_000;
const STILL_FLOWING_MS = 15_000;

/** Events that wait in any outbox. */
export async function waitingEvents({ database }: Cluster): Promise<number> {
  const counts = await Promise.all(
    serviceNames.map(async (name) => {
      const [row] = await database.rows<{ waiting: number }>(name, 'select count(*)::int as waiting from outbox');
      return row?.waiting ?? 0;
    }),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Measures how fast events come in while they cannot go out, and then how fast they go out. */
export class DrainMeter {
  readonly #context: FaultContext;
  readonly #startedAtMs = performance.now();
  readonly #writtenBefore: number;

  private constructor(context: FaultContext) {
    this.#context = context;
    this.#writtenBefore = context.witness.written.size;
  }

  /** To be called when events can no longer go out. */
  static async start(context: FaultContext): Promise<DrainMeter> {
    await context.witness.listen();
    return new DrainMeter(context);
  }

  /**
   * To be called when they can again: waits, with the load on, until the backlog is gone, and notes its size, the inflow
   * and the drain. After an outage of some length, draining at less than three times the inflow is a finding.
   */
  async untilDrained(): Promise<void> {
    const { cluster, witness, healed, note, find, signal } = this.#context;
    healed();
    const healedAtMs = performance.now();
    // Together: while the log is being read, the backlog goes.
    const [backlog] = await Promise.all([waitingEvents(cluster), witness.listen()]);
    const written = witness.written.size;
    const inflow = ((written - this.#writtenBefore) * 1000) / (healedAtMs - this.#startedAtMs);
    const current = Math.max(5, (inflow * CURRENT_MS) / 1000);
    while ((await waitingEvents(cluster)) > current) {
      signal.throwIfAborted();
      if (performance.now() - healedAtMs > DRAIN_TIMEOUT_MS) {
        find(wrong(`a backlog of ${backlog} events was not gone ${DRAIN_TIMEOUT_MS / 1000} s after the healing`));
        return;
      }
      await delay(POLL_MS);
    }
    const seconds = (performance.now() - healedAtMs) / 1000;
    await witness.listen();
    const drain = (backlog + witness.written.size - written) / seconds;
    const ratio = drain / inflow;
    note('inflow', `${inflow.toFixed(0)} events/s`);
    note('backlog', `${backlog} events, gone in ${seconds.toFixed(1)} s with the load on`);
    note('drain', `${drain.toFixed(0)} events/s, ${ratio.toFixed(1)} × the inflow`);
    if (ratio < LEAST_RATIO && healedAtMs - this.#startedAtMs >= LEAST_OUTAGE_MS)
      find(wrong(`the backlog drains at ${ratio.toFixed(1)} × the inflow, not ${LEAST_RATIO} ×`));
  }
}

/** Finds, in the middle of a fault, whether everything written until now still reaches its consumers. */
export async function assertFlowing({ witness, find, note, signal }: FaultContext, when: string): Promise<void> {
  const startedAtMs = performance.now();
  await witness.listen();
  const until = new Set(witness.written.keys());
  for (;;) {
    signal.throwIfAborted();
    if (outstanding(witness, until) === 0) break;
    if (performance.now() - startedAtMs > STILL_FLOWING_MS) {
      find(wrong(`${when}, ${outstanding(witness, until)} events did not arrive within ${STILL_FLOWING_MS / 1000} s`));
      return;
    }
    await delay(POLL_MS);
    await witness.listen();
  }
  note(`events ${when}`, `arrive within ${((performance.now() - startedAtMs) / 1000).toFixed(1)} s`);
}
