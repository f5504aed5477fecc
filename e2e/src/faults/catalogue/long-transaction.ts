import { newId } from '@finflow/chassis/ids';
import pg from 'pg';
import { lost, wrong } from '../../finding.ts';
import { assertFlowing } from '../backlog.ts';
import { outstanding } from '../check/events.ts';
import type { Fault } from '../fault.ts';

const OPEN_MS = 20_000;
const PUBLISHED_WITHIN_MS = 10_000;

/** An event with a low number is committed late: the relay must neither wait for it nor forget it. */
export const longTransaction: Fault = {
  name: 'long-transaction',
  about: `a transaction holds an early outbox id of payments for ${OPEN_MS / 1000} s`,
  invisible: true,
  async run(context) {
    const { cluster, load, witness, pause, find } = context;
    const client = new pg.Client({ connectionString: cluster.database.server.superuserUrl('payments') });
    await client.connect();
    const eventId = newId();
    try {
      await client.query('begin');
      const { organizationId } = load.users[0]!.session;
      await client.query(
        `insert into outbox (organization_id, event_id, topic, key, payload, headers) values ($1, $2, $3, $4, $5, '{}')`,
        [organizationId, eventId, 'payment_failed', newId(), failedPayment(organizationId)],
      );
      await pause(OPEN_MS / 2);
      await assertFlowing(context, 'beside an open transaction');
      await pause(OPEN_MS / 2);
      await client.query('commit');
    } finally {
      await client.end();
    }
    await pause(PUBLISHED_WITHIN_MS);
    await witness.listen();
    if (!witness.written.has(eventId)) find(wrong('the long transaction did not write its event'));
    else if (outstanding(witness, [eventId]) > 0) find(lost('the event of the long transaction was skipped'));
  },
};

function failedPayment(organizationId: string): object {
  const createdAt = new Date().toISOString();
  const payment = { id: newId(), userId: newId(), organizationId, invoiceId: null, createdAt };
  return { ...payment, amount: '100', currency: 'USD', reason: 'card_declined' };
}
