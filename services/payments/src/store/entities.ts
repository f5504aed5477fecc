import { PaymentSchema } from './payments.ts';
import { RefundSchema } from './refunds.ts';

/** Everything TypeORM maps in this service. */
export const entities = [PaymentSchema, RefundSchema];
