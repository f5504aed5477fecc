import type { Clock } from '@finflow/chassis/clock';
import type { Database } from '@finflow/chassis/database/database';
import type { Logger } from '@finflow/chassis/logger';
import type { Sealer } from '@finflow/chassis/sealer';
import type { InvoiceDirectory } from './domain/invoice.ts';
import type { Processor } from './domain/processor.ts';
import type { PaymentMetrics } from './metrics.ts';

/** What the commands work with. */
export interface PaymentsParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly processor: Processor;
  readonly invoices: InvoiceDirectory;
  readonly sealer: Sealer;
  readonly logger: Logger;
  readonly metrics: PaymentMetrics;
  /** How long after it was made an undecided payment or refund is first asked about, in milliseconds. */
  readonly reconcileAfterMs: number;
}

/** Where a sealed value belongs, so that it opens nowhere else. */
export const places = {
  source: (organizationId: string, paymentId: string) => `${organizationId}/${paymentId}/source`,
  chargeData: (organizationId: string, paymentId: string) => `${organizationId}/${paymentId}/data`,
  refundData: (organizationId: string, refundId: string) => `${organizationId}/${refundId}/refund`,
} as const;
