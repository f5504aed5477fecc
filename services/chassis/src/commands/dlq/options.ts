import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import type { Clock } from '../../clock.ts';
import { topicNames, topics } from '../../events/topics.ts';
import type { DeadLetterFilter } from '../../inbox/dead-letter-queries.ts';
import { UsageError } from '../usage-error.ts';

/** A file of its own, because it is shown before anything is installed. */
export const usage = readFileSync(new URL('usage.txt', import.meta.url), 'utf8');

/** The platform that runs on this machine. */
export interface LocalService {
  readonly service: string;
  readonly dataDir: string | undefined;
}

interface Common {
  /** Whose database; that of DATABASE_URL when left out. */
  readonly local: LocalService | undefined;
  readonly filter: DeadLetterFilter;
  readonly limit: number;
  readonly json: boolean;
}

/** What a person asked for. */
export type DlqOptions =
  | { readonly command: 'help' }
  | ({ readonly command: 'list'; readonly waiting: boolean } & Common)
  | ({ readonly command: 'show'; readonly ids: readonly string[] } & Common)
  | ({ readonly command: 'replay'; readonly dryRun: boolean; readonly wait: boolean } & Common)
  | ({ readonly command: 'discard'; readonly dryRun: boolean; readonly because: string; readonly by: string } & Common);

const flag = { type: 'boolean', default: false } as const;
const text = { type: 'string' } as const;
const FILTERS = { group: text, topic: text, organization: text, id: { type: 'string', multiple: true } } as const;
const REASONS = { reason: text, since: text, discarded: flag } as const;
const ALWAYS = { json: flag, service: text, data: text, help: { ...flag, short: 'h' } } as const;
const CHANGES = { ...FILTERS, ...REASONS, ...ALWAYS, limit: text, all: flag, 'dry-run': flag } as const;

const TAKEN: Readonly<Record<string, ParseArgsOptionsConfig>> = {
  list: { ...FILTERS, ...REASONS, ...ALWAYS, limit: text, waiting: flag },
  show: { ...ALWAYS, id: FILTERS.id },
  replay: { ...CHANGES, 'no-wait': flag },
  discard: { ...CHANGES, because: text, by: text },
};

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const AGE = /^(\d{1,6})([mhd])$/;
const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Consumer groups, which are services: those that can have dead letters. */
const groups = [...new Set(topicNames.flatMap((name) => topics[name].consumers))].sort();

/** Reads the command line. Throws UsageError naming what is wrong with it. */
export function parseDlqOptions(args: readonly string[], clock: Clock): DlqOptions {
  const [command = '', ...rest] = args;
  if (command === '--help' || command === '-h' || command === 'help') return { command: 'help' };
  const taken = Object.hasOwn(TAKEN, command) ? TAKEN[command] : undefined;
  if (!taken)
    throw new UsageError(
      `${command === '' ? 'Say what to do' : `"${command}" is nothing it can do`}: list, show, replay or discard.`,
    );
  const { values, positionals } = parse(rest, taken);
  if (values.help) return { command: 'help' };
  const ids = [...positionals, ...((values.id as string[] | undefined) ?? [])].map((id) => uuid('An event’s id', id));
  const given = (name: string) => values[name] as string | undefined;
  if (given('limit') !== undefined && !/^[1-9]\d{0,5}$/.test(given('limit') ?? '')) {
    throw new UsageError('--limit must be a whole number from 1 to 999999.');
  }
  const organization = given('organization');
  const since = given('since');
  const filter: DeadLetterFilter = {
    eventIds: ids.length > 0 ? ids : undefined,
    group: oneOf(groups, '--group', given('group')),
    topic: oneOf(topicNames, '--topic', given('topic')),
    organizationId: organization === undefined ? undefined : uuid('--organization', organization),
    reason: given('reason'),
    since: since === undefined ? undefined : instant(since, clock),
    // A replay may never succeed, nor fail for good: discarding ends that one, too.
    states: values.discarded ? ['discarded'] : command === 'replay' ? ['kept'] : ['kept', 'replay requested'],
  };
  const limit = Number(given('limit') ?? (command === 'list' ? 100 : 10_000));
  const common = {
    local: localService(oneOf(groups, '--service', given('service')), given('data')),
    filter,
    limit,
    json: values.json === true,
  };
  if (command === 'list') return list({ ...common, waiting: values.waiting === true });
  if (command === 'show') {
    if (ids.length === 0) throw new UsageError('Say which event: dlq show ID.');
    return { command, ids, ...common };
  }
  const { states: _, ...conditions } = filter;
  const narrowed = Object.values(conditions).some((condition) => condition !== undefined);
  if (!narrowed && !values.all) throw new UsageError(`Say which ones to ${command}, or --all.`);
  const dryRun = values['dry-run'] === true;
  if (command === 'replay') return { command, dryRun, wait: !values['no-wait'], ...common };
  if (values.discarded) throw new UsageError('What is --discarded is discarded already.');
  const because = given('because')?.trim() ?? '';
  if (because === '' && !dryRun) throw new UsageError('Say why: --because TEXT.');
  return { command: 'discard', dryRun, because, by: given('by') ?? userInfo().username, ...common };
}

function localService(service: string | undefined, dataDir: string | undefined): LocalService | undefined {
  if (service === undefined && dataDir !== undefined) throw new UsageError('--data goes with --service.');
  return service === undefined ? undefined : { service, dataDir };
}

function oneOf(known: readonly string[], option: string, value: string | undefined): string | undefined {
  if (value === undefined || known.includes(value)) return value;
  throw new UsageError(`${option} must be one of ${known.join(', ')}, not '${value}'.`);
}

function list(options: Common & { waiting: boolean }): DlqOptions {
  const { reason, since, states } = options.filter;
  if (options.waiting && (reason !== undefined || since !== undefined || states[0] === 'discarded')) {
    throw new UsageError('--waiting events have not failed: it goes without --reason, --since and --discarded.');
  }
  return { command: 'list', ...options };
}

function parse(args: string[], options: ParseArgsOptionsConfig) {
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    const [sentence = ''] = (error as Error).message.split(/\.\s/);
    throw new UsageError(sentence.replace(/\.?$/, '.'));
  }
}

function uuid(what: string, value: string): string {
  if (!UUID.test(value)) throw new UsageError(`${what} must be a UUID, not '${value}'.`);
  return value.toLowerCase();
}

function instant(value: string, clock: Clock): Date {
  const [, count, unit = ''] = AGE.exec(value) ?? [];
  if (count !== undefined) return new Date(clock.now().getTime() - Number(count) * (UNIT_MS[unit] ?? 0));
  const date = new Date(value);
  if (!/^\d{4}-\d{2}-\d{2}/.test(value) || Number.isNaN(date.getTime())) {
    throw new UsageError(`--since must be an age (30m, 12h, 7d) or an ISO 8601 instant, not '${value}'.`);
  }
  return date;
}
