import { assertTag, parseCommand, UsageError } from '../command-line.ts';

const imageNames = ['services', 'web'] as const;
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

/** @throws UsageError */
export function parseOptions(args: readonly string[]): Options {
  const end = args.includes('--') ? args.indexOf('--') : args.length;
  const { command, values } = parseCommand(args.slice(0, end), commands, {
    tag: { type: 'string' },
    only: { type: 'string' },
    'no-rebuild': { type: 'boolean', default: false },
  });
  const { tag, only, 'no-rebuild': noRebuild } = values;
  assertTag(tag);
  const image = imageNames.find((name) => name === only);
  if (only !== undefined && image === undefined) throw new UsageError('--only is services or web.');
  return {
    command,
    tag,
    images: image === undefined ? imageNames : [image],
    rebuild: !noRebuild,
    dockerArguments: args.slice(end + 1),
  };
}
