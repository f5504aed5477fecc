import type { Migration } from '@finflow/chassis/database/migrate';
import { infrastructure } from './0001-infrastructure.ts';
import { payments } from './0002-payments.ts';
import { refunds } from './0003-refunds.ts';
import { reconciliations } from './0004-reconciliations.ts';
import { webhookEvents } from './0005-webhook-events.ts';
import { replayOfDeadLetters } from './0006-dead-letter-replay.ts';

/** In the order they are applied. Forward only: a change is a new file at the end. */
export const migrations: readonly Migration[] = [
  infrastructure,
  payments,
  refunds,
  reconciliations,
  webhookEvents,
  replayOfDeadLetters,
];
