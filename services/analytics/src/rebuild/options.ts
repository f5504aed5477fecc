import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { UsageError } from '@finflow/chassis/commands/usage-error';

/** A file of its own, because it is shown before anything is installed. */
export const usage = readFileSync(new URL('usage.txt', import.meta.url), 'utf8');

export type RebuildOptions =
  | { readonly help: true }
  | {
      readonly help: false;
      readonly organizationId?: string;
      readonly swap: boolean;
      readonly json: boolean;
    };

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * What a command line asks for.
 *
 * @throws UsageError
 */
export function parseRebuildOptions(args: readonly string[]): RebuildOptions {
  const { values, positionals } = parse([...args]);
  if (values.help) return { help: true };
  // There is one read model; it is named so that a second one needs no other command.
  const [model, surplus] = positionals;
  if (model !== undefined && model !== 'analytics')
    throw new UsageError(`There is no read model "${model}": analytics has one.`);
  if (surplus !== undefined) throw new UsageError(`"${surplus}" is one word too many.`);
  const { organization } = values;
  if (organization !== undefined && !UUID.test(organization)) {
    throw new UsageError(`--organization must be a UUID, not "${organization}".`);
  }
  if (model === undefined) throw new UsageError('Say what to rebuild: npm run rebuild -- analytics.');
  return {
    help: false,
    organizationId: organization?.toLowerCase(),
    swap: values.swap === true,
    json: values.json === true,
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        organization: { type: 'string' },
        swap: { type: 'boolean' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    const [sentence = ''] = (error as Error).message.split(/\.\s/);
    throw new UsageError(sentence.replace(/\.?$/, '.'));
  }
}
