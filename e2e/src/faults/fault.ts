import type { ServiceName } from '@finflow/local/src/options.ts';
import type { Finding } from '../finding.ts';
import type { Cluster } from './cluster/cluster.ts';
import type { Witness } from './cluster/witness.ts';
import type { Load } from './load.ts';

/** What a fault works with, while the load is on. */
export interface FaultContext {
  readonly cluster: Cluster;
  readonly load: Load;
  readonly witness: Witness;
  /** Seeded: the same seed picks the same moments and victims. */
  readonly random: () => number;
  /** Aborted when the runner is asked to stop. */
  readonly signal: AbortSignal;
  /** Waits; ends at once, with an error, when the runner is asked to stop. */
  readonly pause: (ms: number) => Promise<void>;
  /** Tells a person how far it is. */
  readonly say: (line: string) => void;
  /** Says that everything works again from now on, when the fault still has something to measure: recovery counts from here. */
  readonly healed: () => void;
  /** Something the fault measured, for the table: `drain: '5.2 × the inflow'`. */
  readonly note: (name: string, value: string) => void;
  /** Something that is not as it must be. */
  readonly find: (finding: Finding) => void;
  /** An event of an outsider's that must become a dead letter of these groups, known by its key. */
  readonly expectDeadLetter: (key: string, groups: readonly string[]) => void;
  /** At least so many events must have been produced again because of what was done; otherwise it did not bite. */
  readonly expectProducedAgain: (times: number) => void;
}

/** Something that goes wrong while the load is on, and is healed. */
export interface Fault {
  readonly name: string;
  /** In a sentence, for the table. */
  readonly about: string;
  /** Brokers of the cluster it needs; 1 unless given. */
  readonly brokers?: 1 | 3;
  /** Whether not one request may fail because of it. */
  readonly invisible?: boolean;
  /** Resolves once everything is healed; from then on, or from `healed`, the recovery is measured. */
  run(context: FaultContext): Promise<void>;
}

/** The services in an order the seed chooses. */
export function shuffled(names: readonly ServiceName[], random: () => number): ServiceName[] {
  return names
    .map((name) => ({ name, place: random() }))
    .sort((one, other) => one.place - other.place)
    .map(({ name }) => name);
}
