import { serviceNames } from '@finflow/local/src/options.ts';
import { type Finding, lost, wrong } from '../../finding.ts';
import type { DatabaseServer } from '../cluster/database-server.ts';

/** A dead letter as `group key`. */
export type DeadLetterName = string;

export const deadLetterName = (group: string, key: string): DeadLetterName => `${group} ${key}`;

/** Holds the dead letters against those that must be there: neither one more nor one less. */
export async function auditDeadLetters(
  database: DatabaseServer,
  expected: ReadonlySet<DeadLetterName>,
): Promise<Finding[]> {
  const missing = new Set(expected);
  const findings: Finding[] = [];
  for (const service of serviceNames) {
    const rows = await database.rows<{ group: string; key: string; topic: string; reason: string }>(
      service,
      'select consumer_group as group, key, topic, reason from dead_letters',
    );
    for (const { group, key, topic, reason } of rows) {
      const name = deadLetterName(group, key);
      if (!missing.delete(name) && !expected.has(name))
        findings.push(wrong(`${group} put a ${topic} event of key ${key} aside: ${reason}`));
    }
  }
  return [...findings, ...[...missing].map((name) => lost(`no dead letter where one must be: ${name}`))];
}
