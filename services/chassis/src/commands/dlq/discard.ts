import type { Database } from '../../database/database.ts';
import { discard as discardDeadLetters } from '../../inbox/dead-letter-decisions.ts';
import { counted, type Terminal } from '../terminal.ts';
import { type Change, explainMissing } from './changes.ts';

/** Decides that events will not be handled. */
export async function discard(
  database: Database,
  options: Change & { readonly because: string; readonly by: string },
  terminal: Terminal,
): Promise<number> {
  const { filter, limit, json, because, by } = options;
  const letters = await database.system((tx) => discardDeadLetters(tx, filter, { limit, by, reason: because }));
  const missing = await explainMissing(database, { filter, done: letters }, terminal);
  const sentence =
    letters.length === 0 ? 'There is nothing to discard.' : `Discarded ${counted(letters.length, 'dead letter')}.`;
  terminal.out.write(json ? `${JSON.stringify({ discarded: letters.length, events: letters })}\n` : `${sentence}\n`);
  return missing > 0 ? 1 : 0;
}
