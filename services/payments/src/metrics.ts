import type { Database } from '@finflow/chassis/database/database';
import type { Logger } from '@finflow/chassis/logger';
import { type Gauges, observeGauges } from '@finflow/chassis/telemetry/gauges';
import { counterOf, metric } from '@finflow/chassis/telemetry/metrics';
import { attribute } from '@finflow/chassis/telemetry/names';
import type { Payment } from './domain/payment.ts';
import type { Refund } from './domain/refund.ts';
import { isOurFault } from './domain/refusal.ts';
import { countUndecided } from './store/reconciliations.ts';

/**
 * Counts of what became of payments and refunds. By currency at most, never by organization or amount: what strangers
 * choose must not make series.
 */
export class PaymentMetrics {
  readonly #payments = counterOf(metric.payments);
  readonly #amount = counterOf(metric.paymentAmount);
  readonly #refunds = counterOf(metric.refunds);

  /** A payment was completed or failed. `declined` is the bank's or the payer's doing; `failed` is the processor's. */
  decided({ status, failureCode, currencyCode, amountMinor }: Payment): void {
    const currency = { [attribute.currency]: currencyCode };
    if (status !== 'FAILED') {
      this.#payments.add(1, { ...currency, [attribute.outcome]: 'completed' });
      // Exact up to 2^53, which in cents is more than all money there is.
      this.#amount.add(Number(amountMinor), currency);
    } else if (isOurFault(failureCode ?? '')) {
      this.#payments.add(1, { ...currency, [attribute.outcome]: 'failed', [attribute.errorType]: failureCode ?? '' });
    } else {
      this.#payments.add(1, { ...currency, [attribute.outcome]: 'declined' });
    }
  }

  /** A refund was completed, failed, or came back after it had been completed. */
  refundDecided({ currencyCode }: Refund, outcome: 'completed' | 'failed' | 'returned'): void {
    this.#refunds.add(1, { [attribute.currency]: currencyCode, [attribute.outcome]: outcome });
  }
}

/** What the processor has not decided. The table has a row for each such payment and refund, and no other. */
export function undecidedGauges(database: Database, logger: Logger): Gauges {
  return observeGauges({
    name: 'undecided',
    metrics: [metric.undecided, metric.undecidedAttempts],
    logger,
    look: async () =>
      (await database.system(countUndecided)).flatMap(({ subject, count, attempts }) => {
        const attributes = { [attribute.subject]: subject.toLowerCase() };
        return [
          { metric: metric.undecided, value: count, attributes },
          { metric: metric.undecidedAttempts, value: attempts, attributes },
        ];
      }),
  });
}
