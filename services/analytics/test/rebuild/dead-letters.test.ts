import { eventually } from '@finflow/chassis/testing/eventually';
import { asSuperuser } from '@finflow/chassis/testing/postgres';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { isDrift } from '../../src/store/drift.ts';
import { Analytics } from '../support/analytics.ts';
import { Journal, rebuilding } from '../support/journal.ts';

let analytics: Analytics;
beforeAll(async () => {
  analytics = await Analytics.start();
});
afterAll(() => analytics.stop());

/** How many of the database's sessions wait for a lock, of those that this condition is about. */
async function waiting(condition: string): Promise<number> {
  const sessions = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  return (await analytics.rows(`${sessions} and ${condition}`)).length;
}

test('a dead letter written at the moment of the swap is settled by it: nobody waits in a circle', async () => {
  const journal = new Journal(analytics);
  const organizationId = await journal.organization();
  const entry = journal.post(organizationId, '2026-03-02', { bank: 1_00, revenue: -1_00 });
  const event = { topic: 'journal_entry_posted', organizationId, payload: entry, id: entry.id } as const;
  const poison = { ...(await analytics.bus.record(event)), value: Buffer.from('not an event') };
  await asSuperuser(async (client) => {
    // Somebody else has the event's inbox row just then, so the consumer waits between the inbox and the dead letter.
    await client.query('begin');
    await client.query(
      "insert into inbox (organization_id, consumer_group, event_id, topic) values ($1, 'analytics', $2, '')",
      [organizationId, entry.id],
    );
    const buried = analytics.bus.deliver([poison]);
    await eventually(async () => expect(await waiting("application_name = 'finflow-analytics'")).toBe(1));
    const rebuilt = rebuilding(analytics, journal, { swap: true });
    await eventually(async () => expect(await waiting("query like 'lock table%'")).toBe(1));
    // What the consumer needs next, the swap has not taken.
    await client.query('lock table dead_letters in row exclusive mode nowait');
    await client.query('rollback');
    await buried;
    expect((await rebuilt).swapped).toMatchObject({ deadLettersSettled: 1 });
  }, analytics.database.name);
  expect(isDrift((await rebuilding(analytics, journal)).drift)).toBe(false);
});
