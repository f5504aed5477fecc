import { serviceNames } from '@finflow/local/src/options.ts';
import type { Fault } from '../fault.ts';
import { brokerDown } from './broker-down.ts';
import { brokerHangs } from './broker-hangs.ts';
import { consumerBeforeOffset } from './consumer-before-offset.ts';
import { incompatibleProducer } from './incompatible-producer.ts';
import { killRandom } from './kill-random.ts';
import { killService } from './kill-service.ts';
import { leadersKilled } from './leaders-killed.ts';
import { longTransaction } from './long-transaction.ts';
import { poisonRecord } from './poison-record.ts';
import { postgresHangs } from './postgres-hangs.ts';
import { postgresKilled } from './postgres-killed.ts';
import { registryDown } from './registry-down.ts';
import { relayBeforeMark } from './relay-before-mark.ts';
import { rescale } from './rescale.ts';
import { slowConsumer } from './slow-consumer.ts';
import { wrongClock } from './wrong-clock.ts';

const KILLS = 3;
const DOWN_MS = 60_000;

/** Every fault there is, in the order they run. */
export const catalogue: readonly Fault[] = [
  ...serviceNames.map((name) => killService(name, KILLS)),
  killRandom,
  relayBeforeMark,
  consumerBeforeOffset,
  brokerDown(DOWN_MS),
  brokerHangs,
  leadersKilled,
  registryDown(DOWN_MS),
  postgresKilled,
  postgresHangs,
  rescale,
  slowConsumer,
  poisonRecord,
  incompatibleProducer,
  wrongClock,
  longTransaction,
];
