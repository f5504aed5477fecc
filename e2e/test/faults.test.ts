import { serviceNames } from '@finflow/local/src/options.ts';
import { expect, test } from '@jest/globals';
import { brokerDown } from '../src/faults/catalogue/broker-down.ts';
import { killService } from '../src/faults/catalogue/kill-service.ts';
import { poisonRecord } from '../src/faults/catalogue/poison-record.ts';
import { registryDown } from '../src/faults/catalogue/registry-down.ts';
import type { FaultResult } from '../src/faults/result.ts';
import { runFaults } from '../src/faults/run-faults.ts';
import { describeOverKafka } from '../src/ways.ts';

const seed = Math.floor(Math.random() * 2 ** 31);
/** Three minutes suffice on two idle cores. */
const BOUND_MS = 8 * 60_000;
const faults = [
  ...serviceNames.map((name) => killService(name, 1)),
  brokerDown(5_000),
  registryDown(5_000),
  poisonRecord,
];

describeOverKafka('over Kafka', () => {
  test(
    `processes, broker and registry die, and nothing is lost, doubled or out of order (seed ${seed})`,
    async () => {
      const results: FaultResult[] = [];
      const left = await runFaults({
        faults,
        seeds: [seed],
        signal: AbortSignal.timeout(BOUND_MS),
        say: () => undefined,
        onResult: async (result) => void results.push(result),
      });
      expect(results.flatMap(({ fault, findings }) => findings.map((finding) => `${fault}: ${finding}`))).toEqual([]);
      expect(left).toEqual([]);
      expect(results.map(({ acknowledged }) => acknowledged > 0)).toEqual(faults.map(() => true));
    },
    BOUND_MS + 60_000,
  );
});
