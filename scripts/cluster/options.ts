import { parseArgs } from 'node:util';

const commands = ['install', 'test', 'uninstall'] as const;

export interface Options {
  readonly command: (typeof commands)[number];
  readonly namespace: string;
  /** undefined: the chart's own version. */
  readonly tag: string | undefined;
  readonly registry: string | undefined;
  /** Files of values for the chart finflow, the later before the earlier. */
  readonly values: readonly string[];
  readonly demo: boolean;
  readonly timeoutSeconds: number;
}

/** The arguments are not what the program takes; the message says what is wrong. */
export class UsageError extends Error {}

/** @throws UsageError */
export function parseOptions(args: string[]): Options {
  const { values, positionals } = parsed(args);
  const [command, extra] = positionals;
  if (command === undefined) throw new UsageError('Name a command.');
  const known = commands.find((name) => name === command);
  if (known === undefined) throw new UsageError(`There is no command "${command}".`);
  if (extra !== undefined) throw new UsageError(`"${extra}" is one word too many.`);
  if (!/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(values.namespace)) {
    throw new UsageError(`"${values.namespace}" is no namespace: lower-case letters, digits and dashes, 63 at most.`);
  }
  if (values.tag !== undefined && !/^\w[\w.-]{0,127}$/.test(values.tag)) {
    throw new UsageError(`"${values.tag}" is no tag: letters, digits, dots, dashes and underscores.`);
  }
  if (!/^[1-9]\d{0,3}$/.test(values.timeout)) throw new UsageError('--timeout is a number of seconds from 1 to 9999.');
  return {
    command: known,
    namespace: values.namespace,
    tag: values.tag,
    registry: values.registry,
    values: values.values,
    demo: !values['no-demo'],
    timeoutSeconds: Number(values.timeout),
  };
}

function parsed(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        namespace: { type: 'string', default: 'finflow' },
        tag: { type: 'string' },
        registry: { type: 'string' },
        values: { type: 'string', multiple: true, default: [] },
        'no-demo': { type: 'boolean', default: false },
        timeout: { type: 'string', default: '600' },
      },
    });
  } catch (error) {
    const [sentence = ''] = (error as Error).message.split('. ');
    throw new UsageError(sentence.replace(/\.?$/, '.'));
  }
}
