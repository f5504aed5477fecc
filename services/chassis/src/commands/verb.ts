import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';

/** What a command with a few verbs was asked. */
export interface Request<Verb extends string> {
  readonly verb: Verb;
  readonly dryRun: boolean;
}

/** A command's verbs, and which of them has a dry run. */
export interface Verbs<Verb extends string> {
  readonly all: readonly Verb[];
  readonly changing: Verb;
}

/**
 * Reads a command line such as `apply --dry-run`.
 *
 * @throws UsageError
 */
export function parseVerb<Verb extends string>(args: readonly string[], verbs: Verbs<Verb>): Request<Verb> | 'help' {
  const { values, positionals } = parse(args);
  if (values.help) return 'help';
  const [word, surplus] = positionals;
  const verb = verbs.all.find((known) => known === word);
  if (surplus !== undefined) throw new UsageError(`"${surplus}" is one word too many.`);
  if (!verb)
    throw new UsageError(
      `${word === undefined ? 'Say what to do' : `There is no "${word}"`}: ${verbs.all.join(' or ')}.`,
    );
  if (values['dry-run'] && verb !== verbs.changing)
    throw new UsageError(`--dry-run goes with ${verbs.changing} alone.`);
  return { verb, dryRun: values['dry-run'] };
}

/**
 * Runs a command: its help, what a mistaken command line is told, or its work.
 *
 * @returns the exit code
 */
export async function runVerb<Verb extends string>(
  { args, verbs, usageFile, name }: { args: readonly string[]; verbs: Verbs<Verb>; usageFile: string; name: string },
  { out, err }: Terminal,
  work: (request: Request<Verb>) => Promise<number>,
): Promise<number> {
  let request: Request<Verb> | 'help';
  try {
    request = parseVerb(args, verbs);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    err.write(`${error.message}\nnpm run ${name} -- --help says what it can do.\n`);
    return 2;
  }
  if (request === 'help') {
    out.write(readFileSync(usageFile, 'utf8'));
    return 0;
  }
  return await work(request);
}

function parse(args: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        'dry-run': { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    return { values: values as { 'dry-run': boolean; help: boolean }, positionals };
  } catch (error) {
    const [sentence = ''] = (error as Error).message.split(/\.\s/);
    throw new UsageError(sentence.replace(/\.?$/, '.'));
  }
}
