import type { Database } from '../../database/database.ts';
import {
  type DeadLetterFilter,
  type DeadLetterSummary,
  findDeadLetters,
  listDeadLetters,
} from '../../inbox/dead-letter-queries.ts';
import { counted, type Terminal } from '../terminal.ts';
import { lettersTable } from './list.ts';

const SHOWN = 20;

export interface Change {
  readonly filter: DeadLetterFilter;
  readonly limit: number;
  readonly json: boolean;
}

/** Says which dead letters a change would concern. 1 when an event was named that it would not. */
export async function dryRun(
  database: Database,
  verb: string,
  { filter, limit, json }: Change,
  terminal: Terminal,
): Promise<number> {
  const wanted = json || filter.eventIds ? limit : SHOWN;
  const { letters, total } = await database.system((tx) => listDeadLetters(tx, filter, wanted));
  const count = Math.min(total, limit);
  const missing = await explainMissing(database, { filter, done: letters }, terminal);
  const exitCode = missing > 0 ? 1 : 0;
  if (json) {
    terminal.out.write(`${JSON.stringify({ dryRun: true, total: count, deadLetters: letters })}\n`);
    return exitCode;
  }
  if (count === 0) {
    terminal.out.write(`There is nothing to ${verb}.\n`);
    return exitCode;
  }
  const first = letters.slice(0, Math.min(count, SHOWN));
  const more = count > first.length ? `… and ${count - first.length} more\n` : '';
  terminal.out.write(`Would ${verb} ${counted(count, 'dead letter')}:\n\n${lettersTable(first)}${more}`);
  return exitCode;
}

/** Says of the events that were named and are not concerned why they are not; how many those are. */
export async function explainMissing(
  database: Database,
  { filter, done }: { filter: DeadLetterFilter; done: readonly { eventId: string }[] },
  terminal: Terminal,
): Promise<number> {
  const found = new Set(done.map(({ eventId }) => eventId));
  const missing = (filter.eventIds ?? []).filter((id) => !found.has(id));
  for (const id of missing) {
    const letters = await database.system((tx) => findDeadLetters(tx, id));
    terminal.err.write(`${whyMissing(id, letters[0]?.state, filter)}\n`);
  }
  return missing.length;
}

function whyMissing(id: string, state: DeadLetterSummary['state'] | undefined, { states }: DeadLetterFilter): string {
  if (state === undefined) return `There is no dead letter of the event ${id}.`;
  if (states.includes(state)) return `The dead letter of the event ${id} does not match the other conditions.`;
  return {
    kept: `The event ${id} was not discarded; leave --discarded out.`,
    'replay requested': `The replay of the event ${id} was asked for already: the service does it when it runs; discard withdraws it.`,
    discarded: `The event ${id} was discarded; --discarded looks at those.`,
  }[state];
}
