import type { Database } from '@finflow/chassis/database/database';
import { notFound } from '@finflow/chassis/errors';
import type { Payment } from '../domain/payment.ts';
import { findPayment } from '../store/payments.ts';

/** One payment of the organization. Throws NOT_FOUND `PAYMENT_NOT_FOUND`, also for another organization's. */
export async function getPayment(database: Database, organizationId: string, id: string): Promise<Payment> {
  const payment = await database.tenant(organizationId, (tx) => findPayment(tx, organizationId, id));
  if (!payment) throw notFound('PAYMENT_NOT_FOUND', 'There is no such payment.', 'id');
  return payment;
}
