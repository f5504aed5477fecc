import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from '../../database/database.ts';
import type { DeadLetterKey } from '../../inbox/dead-letter.ts';
import { type ReplayOutcome, replayOutcomes, requestReplay } from '../../inbox/dead-letter-decisions.ts';
import { counted, ProgressLine, type Terminal } from '../terminal.ts';
import { type Change, explainMissing } from './changes.ts';

const POLL_MS = 300;
/** The service looks once a second, so this long without any progress is worth a word, and then an end. */
const HINT_AFTER_MS = 10_000;
const GIVE_UP_AFTER_MS = 60_000;
const SHOWN = 20;

/** Asks for replays and, unless told otherwise, waits until the service has done them. 1 when one failed again. */
export async function replay(
  database: Database,
  options: Change & { readonly wait: boolean },
  terminal: Terminal,
): Promise<number> {
  const { filter, limit, json, wait } = options;
  const letters = await database.system((tx) => requestReplay(tx, filter, limit));
  const missing = await explainMissing(database, { filter, done: letters }, terminal);
  const exitCode = missing > 0 ? 1 : 0;
  if (letters.length === 0 || !wait) {
    const asked = `Asked for the replay of ${counted(letters.length, 'dead letter')}; the service takes ${letters.length === 1 ? 'it' : 'them'} up while it runs.`;
    const sentence = letters.length === 0 ? 'There is nothing to replay.' : asked;
    terminal.out.write(json ? `${JSON.stringify({ requested: letters.length })}\n` : `${sentence}\n`);
    return exitCode;
  }
  const outcomes = await untilDone(database, letters, terminal);
  return report(outcomes, json, terminal) ? exitCode : 1;
}

async function untilDone(
  database: Database,
  letters: readonly DeadLetterKey[],
  terminal: Terminal,
): Promise<ReplayOutcome[]> {
  const progress = new ProgressLine(terminal);
  const done: ReplayOutcome[] = [];
  let pending = letters;
  let idleMs = 0;
  for (;;) {
    const outcomes = await database.system((tx) => replayOutcomes(tx, pending));
    const finished = outcomes.filter(({ outcome }) => outcome !== 'pending');
    done.push(...finished);
    pending = outcomes.filter(({ outcome }) => outcome === 'pending');
    idleMs = finished.length > 0 ? 0 : idleMs + POLL_MS;
    if (pending.length === 0 || idleMs >= GIVE_UP_AFTER_MS) break;
    const hint = idleMs >= HINT_AFTER_MS ? `; none for ${Math.round(idleMs / 1000)} s, is the service running?` : '';
    progress.show(`${done.length} of ${letters.length} handled${hint}`);
    await delay(POLL_MS);
  }
  progress.end();
  return [...done, ...(pending as ReplayOutcome[])];
}

/** Whether none failed, and none is left. */
function report(outcomes: readonly ReplayOutcome[], json: boolean, terminal: Terminal): boolean {
  const of = (kind: ReplayOutcome['outcome']) => outcomes.filter(({ outcome }) => outcome === kind);
  const [succeeded, waiting, pending] = [of('succeeded'), of('waiting'), of('pending')];
  const failed = [...of('failed'), ...of('discarded')];
  if (json) {
    const counts = {
      succeeded: succeeded.length,
      waiting: waiting.length,
      failed: failed.length,
      pending: pending.length,
    };
    terminal.out.write(`${JSON.stringify({ requested: outcomes.length, ...counts, events: outcomes })}\n`);
    return failed.length + pending.length === 0;
  }
  const parts = [
    `${succeeded.length} succeeded`,
    ...(waiting.length > 0 ? [`${waiting.length} now wait for another event`] : []),
    `${failed.length} failed again`,
    ...(pending.length > 0 ? [`${pending.length} not taken up`] : []),
  ];
  terminal.out.write(`Replayed ${counted(outcomes.length, 'dead letter')}: ${parts.join(', ')}.\n`);
  for (const { eventId, group, detail, outcome } of [...failed, ...waiting].slice(0, SHOWN)) {
    const what = { failed: detail, waiting: `waits for ${detail}`, discarded: 'was discarded meanwhile' };
    terminal.out.write(`  ${group} ${eventId}: ${what[outcome as keyof typeof what]}\n`);
  }
  const more = failed.length + waiting.length - SHOWN;
  if (more > 0) terminal.out.write(`  … and ${more} more\n`);
  if (pending.length > 0)
    terminal.err.write(
      'What was not taken up stays asked for: the service does it when it runs; discard withdraws it.\n',
    );
  return failed.length + pending.length === 0;
}
