import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { create } from '@bufbuild/protobuf';
import { JournalEntrySchema } from '@finflow/proto/finflow/accounting/v1/ledger_pb';
import { DecidedBy } from '@finflow/proto/finflow/analytics/v1/categorization_pb';
import { afterEach, expect, test } from '@jest/globals';
import { auditTransactions } from '../../src/audit-transactions.ts';
import { emptyHistory, type History } from '../../src/history.ts';
import { auditProcessor, type ProcessorAccess } from '../../src/processor.ts';
import type { Session } from '../../src/session.ts';

let server: Server | undefined;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** A processor with one payment of 10.00 that was charged, and these refunds of it, two on a page. */
async function processorWith(refunds: { amount: number; status?: string }[]): Promise<ProcessorAccess> {
  const intents = [
    { id: 'pi_1', status: 'succeeded', amount: 1_000, metadata: { finflow_payment_id: 'payment' } },
    { id: 'pi_2', status: 'requires_payment_method', amount: 700, metadata: { finflow_payment_id: 'declined' } },
  ];
  const lists: Record<string, { id: string }[]> = {
    '/v1/payment_intents': intents,
    '/v1/refunds': refunds.map((one, index) => ({
      ...{ id: `re_${index}`, status: 'succeeded', payment_intent: 'pi_1' },
      ...one,
    })),
  };
  server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://processor');
    const list = lists[pathname] ?? [];
    const from = list.findIndex(({ id }) => id === searchParams.get('starting_after')) + 1;
    response.end(JSON.stringify({ data: list.slice(from, from + 2), has_more: from + 2 < list.length }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, secretKey: 'sk_test' };
}

function paid(refundedMinor: bigint): History {
  const history = emptyHistory();
  history.payments.set('payment', { invoiceId: 'invoice', amountMinor: 1_000n, refundedMinor, failed: false });
  history.payments.set('declined', { invoiceId: 'invoice', amountMinor: 700n, refundedMinor: 0n, failed: true });
  return history;
}

test.each([
  ['a refund made once', [{ amount: 500 }], 500n, []],
  ['no refund', [], 0n, []],
  ['a refund that failed, and none acknowledged', [{ amount: 500, status: 'failed' }], 0n, []],
  ['a refund made twice', [{ amount: 500 }, { amount: 500 }], 500n, ['doubled']],
  ['a refund acknowledged and never made', [], 500n, ['lost']],
  ['a refund of another amount', [{ amount: 400 }], 500n, ['wrong']],
  ['refunds on a second page', [{ amount: 1 }, { amount: 2 }, { amount: 3 }], 0n, ['doubled']],
])('the processor with %s', async (_, refunds, refundedMinor, kinds) => {
  const findings = await auditProcessor(await processorWith(refunds), [paid(refundedMinor)]);
  expect(findings.map(({ kind }) => kind)).toEqual(kinds);
});

const spent = { currencyCode: 'USD', amountMinor: 500n };

/** A transaction categorized as rent, and an entry that books it on this account. */
async function bookedOn(accountCode: string) {
  const transaction = {
    ...{ id: 'one', description: 'rent', category: 'rent', decidedBy: DecidedBy.PERSON },
    amount: { currencyCode: 'USD', amountMinor: -500n },
  };
  const listTransactions = async () => ({ transactions: [transaction], nextPageToken: '' });
  const session = { client: () => ({ listTransactions }) } as unknown as Session;
  const history = emptyHistory();
  history.transactions.set('rent', 'rent');
  const lines = [
    { accountCode, amount: spent },
    { accountCode: '1000', amount: spent },
  ];
  return await auditTransactions(session, history, [
    create(JournalEntrySchema, { id: 'entry', source: 'transaction:one:1', lines }),
  ]);
}

test('a bank transaction is booked on the account of its category, not of another', async () => {
  expect(await bookedOn('6050')).toEqual([]);
  expect(await bookedOn('6550')).toEqual([
    { kind: 'wrong', what: 'the bank transaction one is not booked on the account of rent' },
  ]);
});
