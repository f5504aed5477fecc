import { topics } from '@finflow/chassis/events/topics';
import { doubled, type Finding, lost, reordered } from '../../finding.ts';
import type { ReceivedEvent, Witness, WrittenEvent } from '../cluster/witness.ts';

const consumersOf = (topic: string) => (topics as Record<string, { consumers: readonly string[] }>)[topic]?.consumers;

/**
 * How many events, all or those of these ids, have not reached a consumer group that is declared to get them.
 *
 * @param groups only these consumers
 */
export function outstanding(
  { written, received }: Witness,
  ids: Iterable<string> = written.keys(),
  groups?: readonly string[],
): number {
  const known = new Map([...received].map(([group, events]) => [group, new Set(events.map(({ id }) => id))]));
  let count = 0;
  for (const id of ids) {
    for (const group of consumersOf(written.get(id)?.topic ?? '') ?? []) {
      if ((groups?.includes(group) ?? true) && !known.get(group)?.has(id)) count += 1;
    }
  }
  return count;
}

/**
 * Holds what the consumers received against what the producers committed: each event once in each group, nothing that
 * nobody wrote, and in order for each key.
 *
 * @param foreign ids of events that an outsider produced
 */
export function auditEvents({ written, received }: Witness, foreign: ReadonlySet<string>): Finding[] {
  const findings: Finding[] = [];
  for (const [group, events] of received) {
    const times = Map.groupBy(events, ({ id }) => id);
    for (const [id, { length, 0: first }] of times) {
      if (length > 1) findings.push(doubled(`${group} took the ${first?.topic} event ${id} ${length} times`));
      if (!written.has(id) && !foreign.has(id))
        findings.push(doubled(`${group} took the ${first?.topic} event ${id}, which nobody wrote`));
    }
    for (const { id, topic } of written.values()) {
      if (consumersOf(topic)?.includes(group) && !times.has(id))
        findings.push(lost(`the ${topic} event ${id} did not reach ${group}`));
    }
    findings.push(...outOfOrder(group, events, written));
  }
  return findings;
}

/**
 * Events of one key have an order when one was committed before the other was written; two written at the same time
 * have none. Read from the end: whatever comes later must not have been committed before this one was written.
 */
function outOfOrder(
  group: string,
  events: readonly ReceivedEvent[],
  written: ReadonlyMap<string, WrittenEvent>,
): Finding[] {
  const findings: Finding[] = [];
  const earliestAfter = new Map<string, WrittenEvent>();
  for (const { id } of events.toReversed()) {
    const event = written.get(id);
    if (!event) continue;
    const key = `${event.topic}/${event.key}`;
    const later = earliestAfter.get(key);
    if (later && later.committedAt < event.writtenAt)
      findings.push(reordered(`${group} took ${event.topic} ${id} of key ${event.key} before the earlier ${later.id}`));
    if (!later || event.committedAt < later.committedAt) earliestAfter.set(key, event);
  }
  return findings;
}
