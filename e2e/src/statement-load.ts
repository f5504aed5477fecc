import { CategorizationService } from '@finflow/proto/finflow/analytics/v1/categorization_pb';
import type { History } from './history.ts';
import type { Session } from './session.ts';
import { untilAnswered } from './until-answered.ts';

/** What a bank writes: some the model is sure of, so that accounting books them by itself, some it is not. */
const MEMOS = ['monthly rent', 'electricity bill', 'mobile phone bill', 'office cleaning', 'reference'];
const ROWS = 5;
/** Categories a person chooses from; each is booked on an expense account. */
const CATEGORIES = ['rent', 'utilities', 'travel'];

/** Imports a bank statement of a few outflows, each with a description of its own. */
export async function importStatement(session: Session, history: History, random: () => number): Promise<void> {
  const rows = Array.from({ length: ROWS }, () => ({ description: describe(random), amountMinor: outflow(random) }));
  const lines = rows.map(({ description, amountMinor }) => `${today()},${description},${decimal(amountMinor)}`);
  const csv = new TextEncoder().encode(`date,description,amount\n${lines.join('\n')}\n`);
  const imported = await untilAnswered(history, async (requestId, signal) => {
    let kept: number | undefined;
    for await (const { event } of session
      .client(CategorizationService)
      .importTransactions({ csv, requestId }, { signal }))
      if (event.case === 'result') kept = event.value.imported;
    if (kept === undefined) throw new Error('The import ended without a result.');
    return kept;
  });
  if (imported !== ROWS) throw new Error(`${imported} of ${ROWS} rows of a statement were imported.`);
  for (const { description } of rows) history.transactions.set(description, '');
}

/** Has a transaction categorized and then decides its category as a person does. */
export async function correctTransaction(session: Session, history: History, random: () => number): Promise<void> {
  const client = session.client(CategorizationService);
  const description = describe(random);
  const amount = { currencyCode: 'USD', amountMinor: outflow(random) };
  const { transactionId: id } = await untilAnswered(history, (requestId, signal) =>
    client.categorizeTransaction({ description, amount, requestId }, { signal }),
  );
  history.transactions.set(description, '');
  const category = CATEGORIES[Math.floor(random() * CATEGORIES.length)]!;
  await untilAnswered(history, (requestId, signal) =>
    client.updateTransactionCategory({ id, category, requestId }, { signal }),
  );
  history.transactions.set(description, category);
}

function describe(random: () => number): string {
  return `${MEMOS[Math.floor(random() * MEMOS.length)]} ${crypto.randomUUID().slice(0, 13)}`;
}

function outflow(random: () => number): bigint {
  return -BigInt(100 + Math.floor(random() * 50_000));
}

function decimal(amountMinor: bigint): string {
  return (Number(amountMinor) / 100).toFixed(2);
}

function today(): string {
  return new Date().toISOString().slice(0, 10);
}
