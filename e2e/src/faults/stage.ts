import type { DeadLetterName } from './check/dead-letters.ts';
import { Cluster } from './cluster/cluster.ts';
import { Witness } from './cluster/witness.ts';

/** A cluster with what earlier faults left in it; a fault that found something leaves none that could be trusted. */
export class Stage {
  readonly cluster: Cluster;
  readonly witness: Witness;
  readonly brokers: 1 | 3;
  readonly deadLetters = new Set<DeadLetterName>();
  readonly payments = new Set<string>();
  /** Records in the topics beyond the events that were written, as far as they are accounted for. */
  surplus = 0;

  private constructor(cluster: Cluster, witness: Witness, brokers: 1 | 3) {
    this.cluster = cluster;
    this.witness = witness;
    this.brokers = brokers;
  }

  static async open(brokers: 1 | 3): Promise<Stage> {
    const cluster = await Cluster.start(brokers);
    try {
      return new Stage(cluster, await Witness.install(cluster.database), brokers);
    } catch (error) {
      await cluster.stop();
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.cluster.stop();
  }
}
