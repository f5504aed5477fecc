import { isBooksNotOpen } from '@finflow/chassis/books-not-open';
import type { Topic } from '@finflow/chassis/events/topics';
import { type EventHandler, type EventHandlers, release, waitFor } from '@finflow/chassis/inbox/consumer-group';
import { bookTransaction } from '../commands/book-transaction.ts';
import { saveOrganization } from '../commands/save-organization.ts';
import { settlePayment } from '../commands/settle-payment.ts';
import { settleRefund } from '../commands/settle-refund.ts';
import type { AccountingParts } from '../parts.ts';

const BOOKS = 'books';

/** What accounting does about each event of the others. */
export function eventHandlers(parts: AccountingParts): EventHandlers {
  return {
    async user_created(tx, { payload }) {
      const { organizationId, organizationName: name, currency, timeZone, createdAt } = payload;
      await saveOrganization(tx, parts, { organizationId, name, currency, timeZone, settingsAt: new Date(createdAt) });
      await release(tx, BOOKS);
    },
    async organization_updated(tx, { payload }) {
      const { organizationId, name, currency, timeZone, updatedAt } = payload;
      await saveOrganization(tx, parts, { organizationId, name, currency, timeZone, settingsAt: new Date(updatedAt) });
      await release(tx, BOOKS);
    },
    payment_completed: inBooks(async (tx, { payload }) => {
      const { organizationId, id, invoiceId, currency, amount: amountMinor } = payload;
      const completedAt = new Date(payload.completedAt);
      await settlePayment(tx, parts, { organizationId, id, invoiceId, currency, amountMinor, completedAt });
      await release(tx, `payment:${id}`);
    }),
    // No money moved. Consumed so that the topic's declaration says who has seen it; the inbox row is all there is.
    async payment_failed() {},
    payment_refunded: inBooks(async (tx, { payload }) => {
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
    }),
    transaction_categorized: inBooks(async (tx, { payload }) => {
      const { organizationId, id, userId, date, description, currency, category, confidence } = payload;
      await bookTransaction(tx, parts, {
        ...{ organizationId, id, userId, date, description, currency, category, confidence },
        version: BigInt(payload.version),
        amountMinor: payload.amount,
        decidedBy: payload.decidedBy === 'person' ? 'person' : 'model',
      });
    }),
  };
}

/**
 * An event may come before the one that opens its organization's books, because topics have no order between them. It
 * waits in the inbox: handed back to the bus instead, it would hold up the other organizations of its partition.
 */
function inBooks<T extends Topic>(handle: EventHandler<T>): EventHandler<T> {
  return async (tx, event) => {
    try {
      return await handle(tx, event);
    } catch (error) {
      // The books are taken before anything is changed.
      if (isBooksNotOpen(error)) return waitFor(BOOKS);
      throw error;
    }
  };
}
