import { setTimeout as delay } from 'node:timers/promises';
import { lagOf } from '@finflow/chassis/events/kafka/lag';
import { serviceNames } from '@finflow/local/src/options.ts';
import { audit } from '../../audit.ts';
import { type Finding, wrong } from '../../finding.ts';
import { auditProcessor } from '../../processor.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { Witness } from '../cluster/witness.ts';
import type { Load } from '../load.ts';
import { auditDeadLetters, type DeadLetterName } from './dead-letters.ts';
import { auditEvents, outstanding } from './events.ts';
import { auditOrganizations } from './organizations.ts';
import { auditReadModel } from './read-model.ts';
import { consumerGroups, recordsInTopics, unread } from './records.ts';

const POLL_MS = 250;
/** How often a person is told what is waited for. */
const SAY_MS = 5_000;
const FINDINGS_SAID = 3;

export interface CheckOptions {
  readonly cluster: Cluster;
  readonly load: Load;
  readonly witness: Witness;
  readonly deadLetters: ReadonlySet<DeadLetterName>;
  /** Payments of earlier loads on the same cluster. */
  readonly otherPayments: ReadonlySet<string>;
  /** Longest recovery that is accepted, in milliseconds. */
  readonly withinMs: number;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

export interface CheckResult {
  /** When everything agreed for the first time; on the clock of `performance.now()`. */
  readonly agreedAtMs: number;
  /** Records the topics held then; unknown when it never came to that. */
  readonly records?: number;
  readonly findings: readonly Finding[];
}

/** Waits until nothing is on its way any more and everything agrees, or the time is up: then says what does not. */
export async function check(options: CheckOptions): Promise<CheckResult> {
  const { withinMs, signal, say } = options;
  const startedAtMs = performance.now();
  const deadline = startedAtMs + withinMs;
  let saidAtMs = startedAtMs;
  for (;;) {
    signal.throwIfAborted();
    const agreedAtMs = performance.now();
    const late = agreedAtMs >= deadline;
    const { findings, records } = await compare(options, late).catch((error: unknown) => ({
      findings: [wrong(`could not be checked: ${error instanceof Error ? error.message : String(error)}`)],
      records: undefined,
    }));
    if (findings.length === 0 || late) return { agreedAtMs, findings, records };
    if (performance.now() - saidAtMs >= SAY_MS) {
      saidAtMs = performance.now();
      const first = findings.slice(0, FINDINGS_SAID).map(({ what }) => what);
      say(`${((saidAtMs - startedAtMs) / 1000).toFixed(0)} s later: ${first.join('; ')}`);
    }
    await delay(POLL_MS);
  }
}

/** What is on its way keeps the rest from being asked, until it is late: the audits are dear, and would change. */
async function compare(options: CheckOptions, late: boolean): Promise<Omit<CheckResult, 'agreedAtMs'>> {
  const underway = await onTheWay(options);
  if (underway.length > 0 && !late) return { findings: underway };
  const kafka = options.cluster.outsider();
  const records = await recordsInTopics(kafka);
  const behind = unread(await lagOf(kafka, consumerGroups, (name) => name));
  if (behind.length > 0 && !late) return { findings: behind };
  const findings = [...underway, ...behind, ...(await disagreements(options))];
  const later = (await recordsInTopics(kafka)) - records;
  // A send that a producer has given up may be in a broker's hands still.
  if (later > 0) findings.push(wrong(`${later} records were produced while everything was compared`));
  return { findings, records };
}

async function disagreements(options: CheckOptions): Promise<Finding[]> {
  const { cluster, load, witness, deadLetters, otherPayments } = options;
  const companies = await Promise.all(load.users.map(({ session, history }) => audit(session, history)));
  return [
    ...auditEvents(witness, await outsiders(cluster, deadLetters)),
    ...companies.flat(),
    ...(await auditOrganizations(cluster.database, load.users)),
    ...(await auditReadModel(cluster.database)),
    ...(await auditDeadLetters(cluster.database, deadLetters)),
    ...(await auditProcessor(cluster.processor, load.histories, otherPayments)),
  ];
}

async function onTheWay({ cluster: { database }, witness }: CheckOptions): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const name of serviceNames) {
    const [row] = await database.rows<{ waiting: number; parked: number }>(
      name,
      `select (select count(*)::int from outbox) as waiting,
              (select count(*)::int from inbox where wait_key is not null) as parked`,
    );
    if (row?.waiting) findings.push(wrong(`${row.waiting} events wait in the outbox of ${name}`));
    if (row?.parked) findings.push(wrong(`${row.parked} events wait in the inbox of ${name}`));
  }
  await witness.listen();
  const missing = outstanding(witness);
  if (missing > 0) findings.push(wrong(`${missing} events have not reached their consumers`));
  return findings;
}

/** Ids of the events that became the dead letters we expect: an outsider wrote them, so no outbox knows them. */
async function outsiders({ database }: Cluster, expected: ReadonlySet<DeadLetterName>): Promise<Set<string>> {
  const ids = new Set<string>();
  if (expected.size === 0) return ids;
  for (const name of serviceNames) {
    const rows = await database.rows<{ event_id: string }>(
      name,
      `select event_id from dead_letters where consumer_group || ' ' || key = any($1)`,
      [[...expected]],
    );
    for (const { event_id: id } of rows) ids.add(id);
  }
  return ids;
}
