import type { Database } from '../../database/database.ts';
import { type DeadLetterFilter, type DeadLetterSummary, listDeadLetters } from '../../inbox/dead-letter-queries.ts';
import { listWaiting } from '../../inbox/waiting.ts';
import { counted, instantText, type Terminal, table } from '../terminal.ts';

interface ListOptions {
  readonly filter: DeadLetterFilter;
  readonly limit: number;
  readonly json: boolean;
}

/** Prints the dead letters that match. */
export async function list(database: Database, options: ListOptions, terminal: Terminal): Promise<number> {
  const { letters, total } = await database.system((tx) => listDeadLetters(tx, options.filter, options.limit));
  if (options.json) {
    terminal.out.write(`${JSON.stringify({ total, deadLetters: letters })}\n`);
  } else if (total === 0) {
    terminal.out.write('No dead letters.\n');
  } else {
    terminal.out.write(`${counted(total, 'dead letter')}${shown(letters.length, total)}\n\n${lettersTable(letters)}`);
  }
  return 0;
}

/** Prints the events that wait for another one's effect. */
export async function listWaitingEvents(database: Database, options: ListOptions, terminal: Terminal): Promise<number> {
  const { events, total } = await database.system((tx) => listWaiting(tx, options.filter, options.limit));
  if (options.json) {
    terminal.out.write(`${JSON.stringify({ total, waiting: events })}\n`);
  } else if (total === 0) {
    terminal.out.write('Nothing waits.\n');
  } else {
    const rows = events.map(({ receivedAt, group, topic, waitKey, eventId, organizationId }) => [
      ...[instantText(receivedAt), group, topic, waitKey, eventId, organizationId],
    ]);
    const titles = ['RECEIVED', 'GROUP', 'TOPIC', 'WAITS FOR', 'EVENT', 'ORGANIZATION'];
    const head = `${counted(total, 'event')} ${total === 1 ? 'waits' : 'wait'}${shown(events.length, total)}`;
    terminal.out.write(`${head}\n\n${table([titles, ...rows])}`);
  }
  return 0;
}

/** Dead letters in columns. */
export function lettersTable(letters: readonly DeadLetterSummary[]): string {
  const titles = ['LAST FAILED', 'GROUP', 'TOPIC', 'REASON', 'ATTEMPTS', 'STATE', 'EVENT', 'ORGANIZATION'];
  const rows = letters.map(({ lastFailedAt, group, topic, code, reason, attempts, state, eventId, organizationId }) => [
    ...[instantText(lastFailedAt), group, topic, code ?? reason.split(':', 1)[0] ?? '', String(attempts), state],
    ...[eventId, organizationId],
  ]);
  return table([titles, ...rows]);
}

function shown(count: number, total: number): string {
  return count < total ? `, the first ${count} (--limit):` : ':';
}
