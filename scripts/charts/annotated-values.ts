import { isMap, isScalar, isSeq, type Pair, parse, parseDocument, type YAMLMap } from 'yaml';

/** A JSON Schema, as far as values need one. */
export interface Schema {
  [keyword: string]: unknown;
  properties?: Record<string, Schema>;
}

/** A value that a person may set. */
export interface Value {
  /** Its path, with dots: `kafka.tls.enabled`. */
  readonly path: string;
  readonly description: string;
  readonly default: unknown;
}

/** What a `values.yaml` says about itself. */
export interface AnnotatedValues {
  readonly values: readonly Value[];
  readonly schema: Schema;
}

interface Annotation {
  readonly description: string;
  readonly schema: Schema;
}

/**
 * Reads a chart's values with the comments above each key: `# -- ` and what follows describes it, `# @schema {…}` adds
 * to the schema that its own value gives. A map without annotation is a section, whose keys are all there are.
 *
 * @throws Error naming each value that nobody described
 */
export function readAnnotatedValues(text: string): AnnotatedValues {
  const document = parseDocument(text);
  if (document.errors.length > 0) throw document.errors[0];
  const values: Value[] = [];
  const schema = sectionOf(document.contents as YAMLMap<unknown, unknown>, [], values);
  const undescribed = values.filter(({ description }) => description === '');
  if (undescribed.length > 0) {
    throw new Error(`Describe with \`# -- \`: ${undescribed.map(({ path }) => path).join(', ')}.`);
  }
  return { values, schema };
}

function sectionOf(map: YAMLMap<unknown, unknown>, path: readonly string[], values: Value[]): Schema {
  const properties: Record<string, Schema> = {};
  map.items.forEach((pair, index) => {
    const key = String((pair.key as { value?: unknown }).value);
    // The comment above the first key of a map belongs to the map.
    const comment = commentOf(pair) ?? (index === 0 ? (map.commentBefore ?? '') : '');
    const annotation = annotationIn(comment);
    const at = [...path, key];
    if (isMap(pair.value) && pair.value.items.length > 0 && Object.keys(annotation.schema).length === 0) {
      properties[key] = sectionOf(pair.value, at, values);
      return;
    }
    const given =
      (isMap(pair.value) || isSeq(pair.value) || isScalar(pair.value) ? pair.value.toJSON() : pair.value) ?? '';
    values.push({ path: at.join('.'), description: annotation.description, default: given });
    properties[key] = {
      description: annotation.description,
      ...typeOf(given, annotation.schema),
      ...annotation.schema,
    };
    if (properties[key].$ref !== undefined) delete properties[key].type;
    delete properties[key].map;
  });
  return { type: 'object', additionalProperties: false, properties };
}

function commentOf({ key }: Pair<unknown, unknown>): string | undefined {
  return (key as { commentBefore?: string | null }).commentBefore ?? undefined;
}

/** The last block of a comment: what comes before an empty line is about something else. */
function annotationIn(comment: string): Annotation {
  const lines = (comment.split(/\n\s*\n/).at(-1) ?? '').split('\n').map((line) => line.replace(/^ /, ''));
  const start = lines.findIndex((line) => line.startsWith('-- '));
  const about = start === -1 ? [] : lines.slice(start).filter((line) => !line.startsWith('@schema '));
  const schema = lines.find((line) => line.startsWith('@schema '));
  return {
    description: about.join(' ').replace(/^-- /, '').trim(),
    schema: schema === undefined ? {} : (parse(schema.slice('@schema '.length)) as Schema),
  };
}

function typeOf(given: unknown, { map }: Schema): Schema {
  if (map !== undefined) return { type: 'object', additionalProperties: { type: map } };
  if (Array.isArray(given)) return { type: 'array' };
  if (typeof given === 'object') return { type: 'object' };
  if (typeof given === 'number') return { type: Number.isInteger(given) ? 'integer' : 'number' };
  return { type: typeof given };
}
