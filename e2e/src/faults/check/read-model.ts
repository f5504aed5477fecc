import { doubled, type Finding, lost, wrong } from '../../finding.ts';
import type { DatabaseServer } from '../cluster/database-server.ts';

interface Cell {
  readonly organization: string;
  readonly account: string;
  readonly currency: string;
  readonly month: string;
  readonly debit: string;
  readonly credit: string;
  readonly lines: string;
}

const LEDGER = `
  select l.organization_id as organization, l.account_id as account, l.currency, to_char(e.date, 'YYYY-MM') as month,
         sum(greatest(l.amount_minor, 0))::text as debit, sum(greatest(-l.amount_minor, 0))::text as credit,
         count(*)::text as lines
  from journal_entries e join journal_lines l on l.organization_id = e.organization_id and l.entry_id = e.id
  group by 1, 2, 3, 4`;

const READ_MODEL = `
  select organization_id as organization, account_id as account, currency, to_char(month, 'YYYY-MM') as month,
         debit_minor::text as debit, credit_minor::text as credit, lines::text as lines
  from ledger_months`;

const UNBALANCED = `
  select entry_id from journal_lines group by organization_id, entry_id, currency having sum(amount_minor) <> 0`;

/** Holds analytics' read model against accounting's ledger, cell by cell, and the ledger against itself. */
export async function auditReadModel(database: DatabaseServer): Promise<Finding[]> {
  const [ledger, readModel, unbalanced] = await Promise.all([
    database.rows<Cell>('accounting', LEDGER),
    database.rows<Cell>('analytics', READ_MODEL),
    database.rows<{ entry_id: string }>('accounting', UNBALANCED),
  ]);
  const findings = unbalanced.map(({ entry_id: id }) => wrong(`the entry ${id} does not balance`));
  const shown = new Map(readModel.map((cell) => [nameOf(cell), cell]));
  for (const cell of ledger) {
    const name = nameOf(cell);
    const other = shown.get(name);
    shown.delete(name);
    const missing = BigInt(cell.lines) - BigInt(other?.lines ?? 0);
    if (missing > 0n) findings.push(lost(`${name}: ${missing} lines of the ledger are not in the read model`));
    else if (missing < 0n)
      findings.push(doubled(`${name}: ${-missing} lines more in the read model than in the ledger`));
    else if (cell.debit !== other?.debit || cell.credit !== other.credit)
      findings.push(
        wrong(`${name}: ${cell.debit} and ${cell.credit}, read model ${other?.debit} and ${other?.credit}`),
      );
  }
  for (const name of shown.keys()) findings.push(doubled(`${name}: in the read model and not in the ledger`));
  return findings;
}

function nameOf({ organization, account, currency, month }: Cell): string {
  return `${month} ${currency} of account ${account}, organization ${organization}`;
}
