import type { Migration } from '@finflow/chassis/database/migrate';
import { infrastructure } from './0001-infrastructure.ts';
import { organizations } from './0002-organizations.ts';
import { ledgerMonths } from './0003-ledger-months.ts';
import { receivables } from './0004-receivables.ts';
import { categories } from './0005-categories.ts';
import { transactions } from './0006-transactions.ts';
import { categoryEvidence } from './0007-category-evidence.ts';
import { forecasts } from './0008-forecasts.ts';
import { movedDueDates } from './0009-moved-due-dates.ts';
import { categoryMemories } from './0010-category-memories.ts';
import { memoriesByVersion } from './0011-memories-by-version.ts';
import { replayOfDeadLetters } from './0012-dead-letter-replay.ts';
import { rebuild } from './0013-rebuild.ts';

/** Every migration of the service, in order. */
export const migrations: readonly Migration[] = [
  infrastructure,
  organizations,
  ledgerMonths,
  receivables,
  categories,
  transactions,
  categoryEvidence,
  forecasts,
  movedDueDates,
  categoryMemories,
  memoriesByVersion,
  replayOfDeadLetters,
  rebuild,
];
