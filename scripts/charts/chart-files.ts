import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readAnnotatedValues, type Schema, type Value } from './annotated-values.ts';

/** The charts of the project, below `charts/`. */
export const charts = ['finflow', 'finflow-dev', 'finflow-infra'] as const;

const BEGIN = '<!-- Made from values.yaml by `npm run charts -- generate`. -->';
const END = '<!-- End of what is made. -->';

/** A file that is made from others, with what it should hold. */
export interface MadeFile {
  /** Below the repository. */
  readonly path: string;
  readonly contents: string;
}

/** What is made from the charts' annotated values, and the journey that `helm test` walks. */
export async function madeFiles(root: string): Promise<MadeFile[]> {
  const made: MadeFile[] = [];
  for (const chart of charts) {
    const folder = `charts/${chart}`;
    const read = (file: string) => readFile(join(root, folder, file), 'utf8');
    const { values, schema } = readAnnotatedValues(await read('values.yaml'));
    const renamed = await renamedKeys(join(root, folder));
    const whole = wholeSchema(schema, renamed);
    made.push({ path: `${folder}/values.schema.json`, contents: `${JSON.stringify(whole, null, 2)}\n` });
    const readme = between(await read('README.md'), `${folder}/README.md`, tableOf(values));
    made.push({ path: `${folder}/README.md`, contents: readme });
  }
  const journey = await readFile(join(root, 'docs/guides/first-steps.sh'), 'utf8');
  made.push({ path: 'charts/finflow/files/first-steps.sh', contents: journey });
  return made;
}

/** Keys that the templates refuse in a sentence of their own: the schema lets them through to it. */
async function renamedKeys(folder: string): Promise<string[]> {
  const text = await readFile(join(folder, 'templates/_validate.tpl'), 'utf8').catch(() => '');
  const block = /define "finflow\.renamedKeys" -}}\n([\s\S]*?){{- end }}/.exec(text)?.[1] ?? '';
  return [...block.matchAll(/^(\w+):/gm)].map(([, key = '']) => key);
}

function wholeSchema(schema: Schema, renamed: readonly string[]): Schema {
  const properties: Record<string, Schema> = { ...schema.properties };
  // A chart that has this one as a part sets globals of its own.
  if (properties.global) properties.global = { ...properties.global, additionalProperties: true };
  for (const key of renamed) properties[key] = { description: 'Not read; the chart says what is set in its place.' };
  // A service has what `defaults` has; `services` names all there are, and the chart itself refuses others in a sentence.
  if (properties.services) properties.services = { ...properties.services, additionalProperties: true };
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    ...schema,
    properties,
    $defs: {
      free: { type: 'object', description: 'As Kubernetes defines it.' },
      reference: {
        type: 'object',
        additionalProperties: false,
        required: ['name'],
        properties: { name: { type: 'string', minLength: 1 } },
      },
      ...(properties.defaults && { service: { ...properties.defaults } }),
    },
  };
}

function tableOf(values: readonly Value[]): string {
  const rows = values.map(({ path, description, default: given }) => {
    const shown = JSON.stringify(given);
    const cut = shown.length > 80 ? 'see values.yaml' : `\`${shown}\``;
    return `| \`${path}\` | ${description.replaceAll('|', '\\|')} | ${cut.replaceAll('|', '\\|')} |`;
  });
  return ['| value | what it is | default |', '|---|---|---|', ...rows].join('\n');
}

function between(text: string, path: string, made: string): string {
  const begin = text.indexOf(BEGIN);
  const end = text.indexOf(END);
  if (begin === -1 || end < begin)
    throw new Error(`${path} has no place for its values: add the lines\n${BEGIN}\n${END}`);
  return `${text.slice(0, begin + BEGIN.length)}\n\n${made}\n\n${text.slice(end)}`;
}
