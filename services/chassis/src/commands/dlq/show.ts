import type { Database } from '../../database/database.ts';
import { toPlainJson } from '../../events/avro.ts';
import type { EventCodec } from '../../events/codec.ts';
import type { Topic } from '../../events/topics.ts';
import { type DeadLetter, findDeadLetters } from '../../inbox/dead-letter-queries.ts';
import { listWaiting } from '../../inbox/waiting.ts';
import { instantText, type Terminal, table } from '../terminal.ts';

const HEX_BYTES_SHOWN = 1_024;

/** Prints everything about the dead letters of events. An event without one is said on the error stream: 1. */
export async function show(
  database: Database,
  codec: EventCodec,
  { ids, json }: { readonly ids: readonly string[]; readonly json: boolean },
  terminal: Terminal,
): Promise<number> {
  let exitCode = 0;
  const shown: object[] = [];
  for (const id of ids) {
    const letters = await database.system((tx) => findDeadLetters(tx, id));
    if (letters.length === 0) {
      const { events } = await database.system((tx) => listWaiting(tx, { eventIds: [id] }, 1));
      const [waiting] = events;
      terminal.err.write(
        waiting
          ? `The event ${id} is no dead letter: in ${waiting.group} it waits for ${waiting.waitKey} (dlq list --waiting).\n`
          : `There is no dead letter of the event ${id}.\n`,
      );
      exitCode = 1;
    }
    for (const letter of letters) {
      const payload = await payloadOf(letter, codec);
      if (json) shown.push({ ...letter, value: letter.value.toString('base64'), ...payload });
      else terminal.out.write(`${described(letter, payload)}\n`);
    }
  }
  if (json) terminal.out.write(`${JSON.stringify(shown)}\n`);
  return exitCode;
}

type Payload = { readonly payload: unknown } | { readonly unreadable: string };

/** With the schema that its frame names; why not, when the bytes say nothing or the registry does not answer. */
async function payloadOf({ topic, value }: DeadLetter, codec: EventCodec): Promise<Payload> {
  try {
    return { payload: JSON.parse(toPlainJson(await codec.decode(topic as Topic, value))) };
  } catch (error) {
    return { unreadable: error instanceof Error ? error.message : String(error) };
  }
}

function described(letter: DeadLetter, payload: Payload): string {
  const { firstFailedAt, lastFailedAt, attempts, state, discardedAt, replayRequestedAt } = letter;
  const decided = discardedAt
    ? ` on ${instantText(discardedAt)} by ${letter.discardedBy}: ${letter.discardReason}`
    : replayRequestedAt
      ? ` on ${instantText(replayRequestedAt)}`
      : '';
  const facts = table([
    ['Event', letter.eventId],
    ['Group', letter.group],
    ['Topic', letter.topic],
    ['Key', letter.key],
    ['Organization', letter.organizationId],
    ['State', `${state}${decided}`],
    ['Attempts', `${attempts}, failed first on ${instantText(firstFailedAt)}, last on ${instantText(lastFailedAt)}`],
    ['Error', letter.reason],
    ...(letter.code === null ? [] : [['Reason', letter.code]]),
    ...Object.entries(letter.headers).map(([name, value], index) => [
      index === 0 ? 'Headers' : '',
      `${name}: ${value}`,
    ]),
  ]);
  const stack = letter.stack === null ? '' : `Stack\n${indented(letter.stack)}`;
  return `${facts}${payloadText(letter.value, payload)}${stack}`;
}

function payloadText(value: Buffer, payload: Payload): string {
  if ('payload' in payload) return `Payload\n${indented(JSON.stringify(payload.payload, null, 2))}`;
  const hex = value.subarray(0, HEX_BYTES_SHOWN).toString('hex').replaceAll(/.{64}/g, '$&\n');
  const more =
    value.length > HEX_BYTES_SHOWN ? `\n… ${value.length - HEX_BYTES_SHOWN} bytes more (--json has all)` : '';
  const bytes = value.length === 0 ? '(empty)' : `${hex.trimEnd()}${more}`;
  return `Payload (in hex, because it cannot be read: ${payload.unreadable})\n${indented(bytes)}`;
}

function indented(text: string): string {
  return `${text.replaceAll(/^/gm, '  ')}\n`;
}
