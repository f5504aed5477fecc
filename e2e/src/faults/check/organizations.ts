import { type Finding, lost } from '../../finding.ts';
import type { LoadUser } from '../../ledger-load.ts';
import type { DatabaseServer } from '../cluster/database-server.ts';

/** Holds the names of organizations, in auth and in accounting, against the last one that was acknowledged. */
export async function auditOrganizations(database: DatabaseServer, users: readonly LoadUser[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const service of ['auth', 'accounting']) {
    const rows = await database.rows<{ id: string; name: string }>(
      service,
      'select organization_id as id, name from organizations where organization_id = any($1)',
      [users.map(({ session }) => session.organizationId)],
    );
    const names = new Map(rows.map(({ id, name }) => [id, name]));
    for (const { session, history } of users) {
      const name = names.get(session.organizationId);
      if (history.organizationName !== '' && name !== history.organizationName)
        findings.push(lost(`${service} calls an organization ${name}, acknowledged was ${history.organizationName}`));
    }
  }
  return findings;
}
