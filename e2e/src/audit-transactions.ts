import { expenseCategories } from '@finflow/accounting/domain/transaction-categories';
import type { JournalEntry } from '@finflow/proto/finflow/accounting/v1/ledger_pb';
import {
  CategorizationService,
  DecidedBy,
  type Transaction,
} from '@finflow/proto/finflow/analytics/v1/categorization_pb';
import { everyPage } from './every-page.ts';
import { doubled, type Finding, lost, wrong } from './finding.ts';
import type { History } from './history.ts';
import type { Session } from './session.ts';

/** Category → the code of its account in the standard chart. */
const accountOf = new Map(expenseCategories.map(({ category, code }) => [category, code]));

/**
 * Holds the bank transactions against what was acknowledged, and the books against what was decided on them: what a
 * person decided is booked by exactly one entry that stands, what the model decided by one at most, and each on the
 * account of the category that it has now.
 */
export async function auditTransactions(
  session: Session,
  history: History,
  entries: readonly JournalEntry[],
): Promise<Finding[]> {
  const transactions = await allTransactions(session);
  const standing = standingEntries(entries);
  const findings: Finding[] = [];
  const seen = Map.groupBy(transactions, ({ description }) => description);
  for (const [description, category] of history.transactions) {
    const kept = seen.get(description) ?? [];
    if (kept.length === 0) findings.push(lost(`the bank transaction "${description}" is lost`));
    if (kept.length > 1) findings.push(doubled(`the bank transaction "${description}" is there ${kept.length} times`));
    if (category !== '' && kept[0]?.category !== category)
      findings.push(lost(`the decision on "${description}" is lost: ${kept[0]?.category}, not ${category}`));
  }
  if (transactions.length > history.transactions.size)
    findings.push(doubled(`${transactions.length} bank transactions for ${history.transactions.size} acknowledged`));
  for (const { id, amount, category, decidedBy } of transactions) {
    const booked = standing.get(id) ?? [];
    if (booked.length > 1) findings.push(doubled(`the bank transaction ${id} is booked ${booked.length} times`));
    if (booked.length === 0 && decidedBy === DecidedBy.PERSON)
      findings.push(lost(`the bank transaction ${id}, decided by a person, is not booked`));
    const outflow = -(amount?.amountMinor ?? 0n);
    for (const { lines } of booked) {
      if (lines.some((line) => line.amount?.amountMinor !== outflow))
        findings.push(wrong(`the bank transaction ${id} is booked with another amount`));
      if (!lines.some(({ accountCode }) => accountCode === accountOf.get(category)))
        findings.push(wrong(`the bank transaction ${id} is not booked on the account of ${category}`));
    }
  }
  return findings;
}

/** Transaction id → the entries for it that were not reversed. */
function standingEntries(entries: readonly JournalEntry[]): Map<string, JournalEntry[]> {
  const ofTransactions = entries.filter(
    ({ source, reversedByEntryId }) => source.startsWith('transaction:') && !reversedByEntryId,
  );
  return Map.groupBy(ofTransactions, ({ source }) => source.split(':')[1] ?? '');
}

async function allTransactions(session: Session): Promise<Transaction[]> {
  const client = session.client(CategorizationService);
  return await everyPage(async (pageToken) => {
    const { transactions, nextPageToken } = await client.listTransactions({ pageSize: 200, pageToken });
    return [transactions, nextPageToken];
  });
}
