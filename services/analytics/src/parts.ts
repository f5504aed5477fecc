import type { Clock } from '@finflow/chassis/clock';
import type { Database } from '@finflow/chassis/database/database';
import type { Logger } from '@finflow/chassis/logger';
import type { WorkerPool } from '@finflow/chassis/worker-pool';
import type { CategoryModel } from './categorization/model.ts';

/** What the use cases work with; `service.ts` builds it. */
export interface AnalyticsParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Threads that run the functions of `worker.ts`. */
  readonly workers: WorkerPool;
  readonly model: CategoryModel;
}

/** On whose behalf, and in which organization, a use case runs. */
export interface Actor {
  readonly organizationId: string;
  readonly userId: string;
}
