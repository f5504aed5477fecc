import { setImmediate } from 'node:timers/promises';
import type { TestAccounting } from './accounting.ts';

/** Resolves when at least this many transactions of the test's database wait for a lock. */
export async function untilWaiting({ asSuperuser }: TestAccounting, transactions: number): Promise<void> {
  for (;;) {
    const [row] = await asSuperuser(
      `select count(*)::int as waiting from pg_stat_activity
       where datname = current_database() and wait_event_type = 'Lock'`,
    );
    if (Number(row?.waiting) >= transactions) return;
    await setImmediate();
  }
}
