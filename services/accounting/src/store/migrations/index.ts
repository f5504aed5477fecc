import type { Migration } from '@finflow/chassis/database/migrate';
import { infrastructure } from './0001-infrastructure.ts';
import { organizations } from './0002-organizations.ts';
import { accounts } from './0003-accounts.ts';
import { invoices } from './0004-invoices.ts';
import { journal } from './0005-journal.ts';
import { accountBalances } from './0006-account-balances.ts';
import { journalRules } from './0007-journal-rules.ts';
import { settlements } from './0008-settlements.ts';
import { categorizedTransactions } from './0009-categorized-transactions.ts';
import { openedByEvents } from './0010-opened-by-events.ts';
import { settlementsCompletedAt } from './0011-settlements-completed-at.ts';
import { replayOfDeadLetters } from './0012-dead-letter-replay.ts';

/** In the order they are applied. Forward only: a change is a new file at the end. */
export const migrations: readonly Migration[] = [
  infrastructure,
  organizations,
  accounts,
  invoices,
  journal,
  accountBalances,
  journalRules,
  settlements,
  categorizedTransactions,
  openedByEvents,
  settlementsCompletedAt,
  replayOfDeadLetters,
];
