import { parseArgs } from 'node:util';
import { UsageError } from '@finflow/chassis/commands/usage-error';

/** A command line of a rebuild, and where the platform is that it is about. */
export interface LocalRebuildOptions {
  /** Of the platform that runs on this machine, in this folder or in the one that `npm start` takes. */
  readonly local: false | { readonly dataDir: string | undefined };
  /** What is for the command itself. */
  readonly rest: string[];
}

const options = { local: { type: 'boolean' }, data: { type: 'string' } } as const;

/**
 * Takes out what is said of this machine, of which the command of analytics knows nothing.
 *
 * @throws UsageError
 */
export function parseLocalRebuild(args: readonly string[]): LocalRebuildOptions {
  const { values, tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true });
  const ours = new Set<number>();
  for (const token of tokens) {
    if (token.kind !== 'option' || !Object.hasOwn(options, token.name)) continue;
    ours.add(token.index);
    if (token.value !== undefined && !token.inlineValue) ours.add(token.index + 1);
  }
  const { local, data } = values;
  if (local !== undefined && local !== true) throw new UsageError('--local takes no value.');
  if (data !== undefined && !local) throw new UsageError('--data goes with --local.');
  if (data === true || data === '') throw new UsageError('--data needs a value.');
  return {
    local: local ? { dataDir: data as string | undefined } : false,
    rest: args.filter((_, at) => !ours.has(at)),
  };
}
