import { type EventHandlers, release, waitFor } from '@finflow/chassis/inbox/consumer-group';
import { bookTransaction } from '../commands/book-transaction.ts';
import { saveOrganization } from '../commands/save-organization.ts';
import { settlePayment } from '../commands/settle-payment.ts';
import { settleRefund } from '../commands/settle-refund.ts';
import type { AccountingParts } from '../parts.ts';

/** What accounting does about each event of the others. */
export function eventHandlers(parts: AccountingParts): EventHandlers {
  return {
    async user_created(tx, { payload }) {
      const { organizationId, organizationName: name, currency, timeZone, createdAt } = payload;
      await saveOrganization(tx, parts, { organizationId, name, currency, timeZone, settingsAt: new Date(createdAt) });
    },
    async organization_updated(tx, { payload }) {
      const { organizationId, name, currency, timeZone, updatedAt } = payload;
      await saveOrganization(tx, parts, { organizationId, name, currency, timeZone, settingsAt: new Date(updatedAt) });
    },
    async payment_completed(tx, { payload }) {
      const { organizationId, id, invoiceId, currency, amount: amountMinor } = payload;
      const completedAt = new Date(payload.completedAt);
      await settlePayment(tx, parts, { organizationId, id, invoiceId, currency, amountMinor, completedAt });
      await release(tx, `payment:${id}`);
    },
    // No money moved. Consumed so that the topic's declaration says who has seen it; the inbox row is all there is.
    async payment_failed() {},
    async payment_refunded(tx, { payload }) {
      const { organizationId, id, paymentId, currency, amount: amountMinor } = payload;
      const refundedAt = new Date(payload.createdAt);
      const settled = await settleRefund(tx, parts, {
        organizationId,
        id,
        paymentId,
        currency,
        amountMinor,
        refundedAt,
      });
      if (!settled) return waitFor(`payment:${paymentId}`);
    },
    async transaction_categorized(tx, { payload }) {
      const { organizationId, id, userId, date, description, currency, category, confidence } = payload;
      await bookTransaction(tx, parts, {
        ...{ organizationId, id, userId, date, description, currency, category, confidence },
        version: BigInt(payload.version),
        amountMinor: payload.amount,
        decidedBy: payload.decidedBy === 'person' ? 'person' : 'model',
      });
    },
  };
}
