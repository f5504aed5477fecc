import { newId } from '@finflow/chassis/ids';
import type { TestAccounting, TestMember } from './accounting.ts';

/** The instant of every event that says no other. */
export const AT = '2026-03-10T12:00:00.000Z';

/** Events of the other services, as they would send them; each returns the id of what it tells of. */
export function eventsFor(
  { bus }: Pick<TestAccounting, 'bus'>,
  { organizationId, userId }: Pick<TestMember, 'organizationId' | 'userId'>,
) {
  return {
    async paymentCompleted(fields: {
      id?: string;
      invoiceId?: string | null;
      amount: bigint;
      currency?: string;
      eventId?: string;
      at?: string;
    }) {
      const { id = newId(), invoiceId = null, amount, currency = 'USD', eventId, at = AT } = fields;
      await bus.send({
        topic: 'payment_completed',
        organizationId,
        id: eventId,
        payload: {
          ...{ id, userId, organizationId, invoiceId, amount, currency },
          ...{ status: 'COMPLETED', processorId: 'pi_1', createdAt: at, completedAt: at },
        },
      });
      return id;
    },
    async paymentFailed(fields: { invoiceId?: string; amount: bigint }) {
      const id = newId();
      const { invoiceId = null, amount } = fields;
      await bus.send({
        topic: 'payment_failed',
        organizationId,
        payload: {
          id,
          userId,
          organizationId,
          invoiceId,
          amount,
          currency: 'USD',
          reason: 'card_declined',
          createdAt: AT,
        },
      });
      return id;
    },
    async paymentRefunded(fields: {
      id?: string;
      paymentId: string;
      invoiceId?: string | null;
      amount: bigint;
      currency?: string;
      eventId?: string;
    }) {
      const { id = newId(), paymentId, invoiceId = null, amount, currency = 'USD', eventId } = fields;
      await bus.send({
        topic: 'payment_refunded',
        organizationId,
        id: eventId,
        payload: {
          ...{ id, paymentId, userId, organizationId, invoiceId, amount, currency },
          ...{ processorId: 're_1', createdAt: AT },
        },
      });
      return id;
    },
    async transactionCategorized(fields: {
      id?: string;
      version?: number;
      amount: bigint;
      category: string;
      confidence?: number;
      decidedBy?: 'model' | 'person';
      date?: string;
    }) {
      const {
        id = newId(),
        version = 1,
        amount,
        category,
        confidence = 1,
        decidedBy = 'model',
        date = '2026-03-03',
      } = fields;
      await bus.send({
        topic: 'transaction_categorized',
        organizationId,
        payload: {
          ...{ id, version, userId, organizationId, date, description: 'CARD PURCHASE 4711', amount, currency: 'USD' },
          ...{ category, confidence, decidedBy, createdAt: AT },
        },
      });
      return id;
    },
    async userCreated(fields: { currency?: string; timeZone?: string; createdAt?: string } = {}) {
      const { currency = 'USD', timeZone = 'UTC', createdAt = AT } = fields;
      await bus.send({
        topic: 'user_created',
        organizationId,
        payload: {
          ...{ id: userId, email: 'ada@example.com', role: 'USER', createdAt },
          ...{ organizationId, organizationName: 'Ada Ltd', currency, timeZone },
        },
      });
    },
    async organizationUpdated(fields: { currency?: string; timeZone?: string; updatedAt: string }) {
      const { currency = 'USD', timeZone = 'UTC', updatedAt } = fields;
      await bus.send({
        topic: 'organization_updated',
        organizationId,
        payload: { organizationId, name: 'Ada Ltd', currency, timeZone, updatedAt },
      });
    },
  };
}
