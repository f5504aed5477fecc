import type { Clock } from '@finflow/chassis/clock';
import type { Database } from '@finflow/chassis/database/database';
import type { Logger } from '@finflow/chassis/logger';

/** What the use cases work with; `service.ts` builds it. */
export interface AccountingParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Confidence, 0–1, from which an outflow is booked on the model's decision alone. */
  readonly bookingConfidence: number;
}

/** On whose behalf, and in whose books, a use case runs. */
export interface Actor {
  readonly organizationId: string;
  readonly userId: string;
}
