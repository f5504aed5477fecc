import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The part of an Avro schema our events use: flat records, nullable scalars, arrays of records. */
type AvroType = string | ['null', string] | { type: 'array'; items: AvroRecord };
interface AvroField {
  name: string;
  type: AvroType;
  doc: string;
}
interface AvroRecord {
  type: 'record';
  name: string;
  namespace?: string;
  doc: string;
  fields: AvroField[];
}
interface Topic {
  name: string;
  key: string[];
  producer: string;
  consumers: string[];
  partitions: number;
  replicationFactor: number;
  retentionMs: number;
  cleanupPolicy: string;
  compatibility: string;
}

// Avro's long has 64 bits; a JavaScript number holds 53 of them.
const scalars: Record<string, string> = {
  string: 'string',
  boolean: 'boolean',
  int: 'number',
  long: 'bigint',
  double: 'number',
};

/**
 * The TypeScript of the event contracts in `directory` (one `.avsc` a topic, and `topics.json`), by file name.
 * Throws, naming the file and field, over a contract that is incomplete or uses what our events do not.
 */
export function renderEvents(directory: string): Map<string, string> {
  const topics: Topic[] = JSON.parse(readFileSync(join(directory, 'topics.json'), 'utf8')).topics;
  const names = readdirSync(directory)
    .filter((file) => file.endsWith('.avsc'))
    .map((file) => file.slice(0, -'.avsc'.length));
  const declared = topics.map(({ name }) => name);
  const unmatched = [...names, ...declared].filter((name) => !(names.includes(name) && declared.includes(name)));
  if (unmatched.length > 0)
    throw new Error(`A schema and an entry of topics.json must go together: ${unmatched.join(', ')}`);

  const schemas = new Map(
    topics.map(({ name }) => [name, JSON.parse(readFileSync(join(directory, `${name}.avsc`), 'utf8')) as AvroRecord]),
  );
  for (const topic of topics) requireUsableKey(topic, schemas.get(topic.name) as AvroRecord);
  const files = new Map([...schemas].map(([name, schema]) => [`${name}.ts`, renderSchema(name, schema)]));
  return files.set('index.ts', renderIndex(topics, schemas));
}

/** A record's key is the first of the key fields that is not null; so the last one must never be. */
function requireUsableKey(topic: Topic, schema: AvroRecord): void {
  const types = topic.key.map((key) => schema.fields.find(({ name }) => name === key)?.type);
  if (types.includes(undefined)) throw new Error(`topics.json: ${topic.name} has no field ${topic.key.join(' or ')}`);
  if (types.at(-1) !== 'string') throw new Error(`topics.json: the key of ${topic.name} may be null`);
}

function renderSchema(topic: string, schema: AvroRecord): string {
  const interfaces: string[] = [];
  renderInterface(schema, topic, interfaces);
  return [
    `// Generated from proto/events/${topic}.avsc. Do not edit.`,
    ...interfaces,
    `/** The Avro schema of \`${topic}\`. */\nexport const schema = ${JSON.stringify(schema, null, 2)} as const;\n`,
  ].join('\n\n');
}

function renderInterface(record: AvroRecord, topic: string, interfaces: string[]): void {
  const fields = record.fields.map((field) => {
    if (!field.doc) throw new Error(`${topic}.avsc: ${record.name}.${field.name} has no doc`);
    const type = renderType(field.type, `${topic}.avsc: ${record.name}.${field.name}`, topic, interfaces);
    return `  /** ${field.doc} */\n  readonly ${field.name}: ${type};`;
  });
  interfaces.push(`/** ${record.doc} */\nexport interface ${record.name} {\n${fields.join('\n')}\n}`);
}

function renderType(type: AvroType, where: string, topic: string, interfaces: string[]): string {
  if (typeof type === 'string' && scalars[type]) return scalars[type];
  if (Array.isArray(type) && type.length === 2 && type[0] === 'null' && scalars[type[1]]) {
    return `${scalars[type[1]]} | null`;
  }
  if (typeof type === 'object' && 'items' in type && type.items.type === 'record') {
    renderInterface(type.items, topic, interfaces);
    return `readonly ${type.items.name}[]`;
  }
  throw new Error(`${where} has a type events do not use: ${JSON.stringify(type)}`);
}

function renderIndex(topics: Topic[], schemas: Map<string, AvroRecord>): string {
  const typeOf = (name: string) => schemas.get(name)?.name;
  const lines = (render: (topic: Topic) => string) => topics.map(render).join('\n');
  return `// Generated from proto/events. Do not edit.

${lines(({ name }) => `import { type ${typeOf(name)}, schema as ${name} } from './${name}.ts';`)}

/** The payload of each topic. */
export interface EventPayloads {
${lines(({ name }) => `  readonly ${name}: ${typeOf(name)};`)}
}

/** Name of a topic. */
export type Topic = keyof EventPayloads;

/** What a topic is declared to be. */
export interface TopicDeclaration {
  readonly name: Topic;
  /** Payload fields that give a record's key: the first that is not null. One key's records stay in order. */
  readonly key: readonly string[];
  /** The service that publishes it. */
  readonly producer: string;
  /** Consumer groups that must have it. */
  readonly consumers: readonly string[];
  readonly partitions: number;
  /** Copies of each partition, on as many brokers. */
  readonly replicationFactor: number;
  readonly retentionMs: number;
  /** \`delete\` forgets records after the retention, \`compact\` all but the last of each key. */
  readonly cleanupPolicy: 'delete' | 'compact';
  /** What the schema registry holds a new version of the schema to. */
  readonly compatibility: 'BACKWARD_TRANSITIVE';
}

/** Every topic there is. */
export const topics: Readonly<Record<Topic, TopicDeclaration>> = {
${lines((topic) => `  ${topic.name}: ${JSON.stringify(topic)},`)}
};

/** The Avro schema of each topic's payload. */
export const schemas = { ${topics.map(({ name }) => name).join(', ')} } as const;

export type { ${topics.map(({ name }) => typeOf(name)).join(', ')} };
`;
}
