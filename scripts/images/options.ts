import { parseArgs } from 'node:util';

export const imageNames = ['services', 'web'] as const;
export type ImageName = (typeof imageNames)[number];

const commands = ['build', 'sizes', 'check'] as const;

export interface Options {
  readonly command: (typeof commands)[number];
  /** undefined: the version in package.json. */
  readonly tag: string | undefined;
  readonly images: readonly ImageName[];
  readonly rebuild: boolean;
  /** For `docker build`, as they came. */
  readonly dockerArguments: readonly string[];
}

/** The arguments are not what the program takes; the message says what is wrong. */
export class UsageError extends Error {}

/** @throws UsageError */
export function parseOptions(args: readonly string[]): Options {
  const end = args.includes('--') ? args.indexOf('--') : args.length;
  const { values, positionals } = parsed(args.slice(0, end));
  const [command, extra] = positionals;
  if (command === undefined) throw new UsageError('Name a command.');
  if (!isOneOf(commands, command)) throw new UsageError(`There is no command "${command}".`);
  if (extra !== undefined) throw new UsageError(`"${extra}" is one word too many.`);
  const { tag, only, 'no-rebuild': noRebuild = false } = values;
  if (tag !== undefined && !/^\w[\w.-]{0,127}$/.test(tag)) {
    throw new UsageError(`"${tag}" is no tag: letters, digits, dots, dashes and underscores.`);
  }
  if (only !== undefined && !isOneOf(imageNames, only)) throw new UsageError('--only is services or web.');
  return {
    command,
    tag,
    images: only === undefined ? imageNames : [only],
    rebuild: !noRebuild,
    dockerArguments: args.slice(end + 1),
  };
}

function parsed(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: { tag: { type: 'string' }, only: { type: 'string' }, 'no-rebuild': { type: 'boolean' } },
    });
  } catch (error) {
    const [sentence = ''] = (error as Error).message.split('. ');
    throw new UsageError(sentence.replace(/\.?$/, '.'));
  }
}

function isOneOf<Name extends string>(names: readonly Name[], name: string): name is Name {
  return (names as readonly string[]).includes(name);
}
