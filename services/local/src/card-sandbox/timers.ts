import type { Clock, Scope } from './call.ts';
import type { Control } from './control.ts';
import { settleProcessing } from './resources/confirmation.ts';
import { endOddRefund } from './resources/refunds.ts';
import type { Store } from './store.ts';

/** Does the one thing that has been due longest, if any: a slow settlement, or the end of an odd refund. */
export async function runDueTimer(store: Store, control: Control, clock: Clock): Promise<boolean> {
  const due = await store.query('SELECT 1 FROM scheduled WHERE due_at <= $1 LIMIT 1', [clock.now()]);
  if (due.length === 0) return false;
  return store.transaction(async (tx) => {
    const [timer] = await tx.query<{ action: string; object_id: string }>(
      `DELETE FROM scheduled WHERE id = (
         SELECT id FROM scheduled WHERE due_at <= $1 ORDER BY due_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
       ) RETURNING action, object_id`,
      [clock.now()],
    );
    if (!timer) return false;
    const scope: Scope = { tx, now: clock.now(), control, request: { id: null, idempotencyKey: null } };
    if (timer.action === 'settle' || timer.action === 'decline') {
      await settleProcessing(scope, timer.object_id, timer.action);
    } else if (timer.action === 'finish_refund' || timer.action === 'fail_refund') {
      await endOddRefund(scope, timer.object_id, timer.action);
    }
    return true;
  });
}
