import { assertTag, parseCommand, UsageError } from '../command-line.ts';

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

/** @throws UsageError */
export function parseOptions(args: string[]): Options {
  const { command, values } = parseCommand(args, commands, {
    namespace: { type: 'string', default: 'finflow' },
    tag: { type: 'string' },
    registry: { type: 'string' },
    values: { type: 'string', multiple: true, default: [] },
    'no-demo': { type: 'boolean', default: false },
    timeout: { type: 'string', default: '600' },
  });
  if (!/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(values.namespace)) {
    throw new UsageError(`"${values.namespace}" is no namespace: lower-case letters, digits and dashes, 63 at most.`);
  }
  assertTag(values.tag);
  if (!/^[1-9]\d{0,3}$/.test(values.timeout)) throw new UsageError('--timeout is a number of seconds from 1 to 9999.');
  return {
    command,
    namespace: values.namespace,
    tag: values.tag,
    registry: values.registry,
    values: values.values,
    demo: !values['no-demo'],
    timeoutSeconds: Number(values.timeout),
  };
}
