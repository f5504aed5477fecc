import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { UsageError } from '@finflow/chassis/commands/usage-error';

/** A file of its own, because it is shown before anything is installed. */
export const usage = readFileSync(new URL('usage.txt', import.meta.url), 'utf8');

/** A platform that `npm start` runs on this machine. */
export interface LocalPlatform {
  /** The web app's port; those of the services follow from it. */
  readonly port: number;
  readonly dataDir: string;
}

export type RebuildOptions =
  | { readonly help: true }
  | {
      readonly help: false;
      readonly organizationId?: string;
      readonly swap: boolean;
      readonly json: boolean;
      /** Where the variables come from; undefined for the environment. */
      readonly local?: LocalPlatform;
    };

const DATA_DIR = '.finflow';
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
  const [model = 'analytics', surplus] = positionals;
  if (model !== 'analytics') throw new UsageError(`There is no read model "${model}": analytics has one.`);
  if (surplus !== undefined) throw new UsageError(`"${surplus}" is one word too many.`);
  const { organization, port, data } = values;
  if (!values.local && (port ?? data) !== undefined) throw new UsageError('--port and --data go with --local.');
  if (port !== undefined && !/^[1-9]\d{0,4}$/.test(port)) throw new UsageError(`--port must be a port, not "${port}".`);
  if (organization !== undefined && !UUID.test(organization)) {
    throw new UsageError(`--organization must be a UUID, not "${organization}".`);
  }
  return {
    help: false,
    organizationId: organization?.toLowerCase(),
    swap: values.swap === true,
    json: values.json === true,
    local: values.local ? { port: Number(port ?? 3000), dataDir: data ?? DATA_DIR } : undefined,
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
        local: { type: 'boolean' },
        port: { type: 'string' },
        data: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    const [sentence = ''] = error instanceof Error ? error.message.split('. ') : [String(error)];
    throw new UsageError(sentence.replace(/\.?$/, '.'));
  }
}
