import { OperatorError } from '../operator-error.ts';
import { avroType } from './avro.ts';
import { type Unreadable, unreadable } from './readability.ts';
import {
  isMissing,
  openRegistry,
  type Registry,
  type RegistryAccess,
  registryUnavailable,
  schemaOf,
  subjectOf,
} from './registry.ts';
import { payloadTypes, type Topic, topicNames, topics } from './topics.ts';

/** Of a schema that this build has, the registry's version that it stands beside, and what is between them. */
export interface Conflict extends Unreadable {
  /** Of the registry; absent when the registry itself refuses without saying which one. */
  readonly version?: number;
}

/** What the registry holds of one topic, beside the schema of this build. */
export interface SchemaReport {
  readonly topic: Topic;
  readonly subject: string;
  /** Every version in the registry, oldest first. */
  readonly versions: readonly number[];
  /** Which of them is this build's; absent when none is. */
  readonly version?: number;
  /** The rule that the registry holds new versions of this subject to; absent when it has none of its own. */
  readonly compatibility?: string;
  readonly declaredCompatibility: string;
  /** Why this build cannot read what was written by a version of the registry: nothing of it may be registered. */
  readonly conflicts: readonly Conflict[];
  /** Versions whose consumers could not read what this build writes: they must be replaced first. */
  readonly consumersFirst: readonly Conflict[];
}

/** Something that `registerSchemas` did, or would do. */
export interface SchemaChange {
  readonly topic: Topic;
  readonly subject: string;
  readonly what: 'compatibility' | 'schema';
  readonly from: string;
  readonly to: string;
}

export interface SchemasOptions {
  /** `KAFKA_PREFIX`: subjects follow the topics' names in the cluster. */
  readonly prefix?: string;
  /** Say what would be done, and do nothing. */
  readonly dryRun?: boolean;
}

/** The registry and this build do not fit each other. */
export class SchemaError extends OperatorError {
  override readonly name = 'SchemaError';
}

/**
 * Compares the registry with the schemas of this build; changes nothing.
 *
 * @throws DomainError UNAVAILABLE when the registry does not answer
 */
export async function checkSchemas(
  access: RegistryAccess,
  { prefix }: SchemasOptions = {},
  names: readonly Topic[] = topicNames,
): Promise<SchemaReport[]> {
  const registry = openRegistry(access);
  return await answering(access, () => Promise.all(names.map((topic) => reportOf(registry, topic, prefix))));
}

/**
 * Puts the schemas of this build into the registry: for each subject the declared compatibility, set and read back (a
 * registry's default may be to check nothing), then the schema. Doing it again changes nothing.
 *
 * @returns what was done
 * @throws SchemaError naming subject, field and rule, before anything was changed, or what the registry itself refuses;
 *   DomainError UNAVAILABLE
 */
export async function registerSchemas(access: RegistryAccess, options: SchemasOptions = {}): Promise<SchemaChange[]> {
  const reports = await checkSchemas(access, options);
  const conflicts = reports.flatMap(describeConflicts);
  if (conflicts.length > 0) throw new SchemaError(conflicts.join('\n'));
  const registry = openRegistry(access);
  const changes: SchemaChange[] = [];
  for (const report of reports) {
    for (const change of changesOf(report)) {
      if (!options.dryRun) await answering(access, () => carryOut(registry, change));
      changes.push(change);
    }
  }
  return changes;
}

/**
 * Looks that the registry holds the schemas of this build for these topics, and nothing that this build cannot read.
 *
 * @throws SchemaError naming topic and subject of each that is missing or does not fit; DomainError UNAVAILABLE
 */
export async function assertSchemas(
  access: RegistryAccess,
  options: SchemasOptions,
  names: readonly Topic[],
): Promise<void> {
  const reports = await checkSchemas(access, options, names);
  const conflicts = reports.flatMap(describeConflicts);
  if (conflicts.length > 0) {
    throw new SchemaError(`This build does not fit the events in the schema registry.\n${conflicts.join('\n')}`);
  }
  const missing = reports.filter(({ version }) => version === undefined);
  if (missing.length > 0) throw notRegistered(missing);
}

/** The error over schemas that the registry does not hold. */
export function notRegistered(missing: readonly Pick<SchemaReport, 'topic' | 'subject'>[]): SchemaError {
  const list = missing.map(({ topic, subject }) => `${topic} under "${subject}"`).join(', ');
  return new SchemaError(
    `The schema registry does not hold this build's schemas (${list}): run \`npm run schemas -- register\`.`,
  );
}

/** The conflicts of a report, a sentence each. */
export function describeConflicts({ subject, conflicts }: SchemaReport): string[] {
  return conflicts.map(({ version, field, rule }) => {
    const beside = version === undefined ? '' : ` (beside version ${version})`;
    return `${subject}: field "${field}" ${rule}${beside}.`;
  });
}

/** What `registerSchemas` does about a report. */
export function changesOf(report: SchemaReport): SchemaChange[] {
  const { topic, subject, compatibility, declaredCompatibility, version, versions } = report;
  const changes: SchemaChange[] = [];
  if (compatibility !== declaredCompatibility) {
    changes.push({ topic, subject, what: 'compatibility', from: compatibility ?? 'none', to: declaredCompatibility });
  }
  if (version === undefined) {
    const last = versions.at(-1);
    changes.push({ topic, subject, what: 'schema', from: last ? `version ${last}` : 'none', to: 'this build' });
  }
  return changes;
}

async function reportOf(registry: Registry, topic: Topic, prefix?: string): Promise<SchemaReport> {
  const subject = subjectOf(topic, prefix);
  const versions = (await orMissing(registry.getAllVersions(subject))) ?? [];
  // The client takes whatever comes with a success for a registry's answer.
  if (!Array.isArray(versions)) throw new TypeError('a list of versions was expected');
  const [own, compatibility, ...metadata] = await Promise.all([
    orMissing(registry.getIdFullResponse(subject, schemaOf(topic), false)),
    orMissing(registry.getCompatibility(subject)),
    ...versions.map((version) => registry.getSchemaMetadata(subject, version, false)),
  ]);
  // Of `[]`, say, the client makes an answer without a version, and a rule without a name.
  if (own !== undefined && typeof own.version !== 'number') throw new TypeError('a version was expected');
  if (compatibility !== undefined && typeof compatibility !== 'string') throw new TypeError('a rule was expected');
  const ours = payloadTypes[topic];
  const { compatibility: declaredCompatibility } = topics[topic];
  if (metadata.some(({ schema }) => typeof schema !== 'string')) throw new TypeError('a schema was expected');
  const others = metadata.flatMap(({ schema }, index) => ({
    version: versions[index],
    type: avroType(JSON.parse(schema ?? '')),
  }));
  const conflicts: Conflict[] = others.flatMap(({ version, type }) =>
    unreadable(ours, type).map((reason) => ({ version, ...reason })),
  );
  // Its word counts, whatever ours is; by another rule than the declared one, which comes first, it says nothing.
  const judges = compatibility === declaredCompatibility;
  if (conflicts.length === 0 && own === undefined && versions.length > 0 && judges) {
    const accepted = await registry.testSubjectCompatibility(subject, schemaOf(topic));
    if (!accepted)
      conflicts.push({ field: ours.name ?? topic, rule: `is not ${compatibility} by the registry's judgement` });
  }
  return {
    topic,
    subject,
    versions,
    version: own?.version,
    compatibility,
    declaredCompatibility,
    conflicts,
    consumersFirst: others.flatMap(({ version, type }) =>
      unreadable(type, ours).map((reason) => ({ version, ...reason })),
    ),
  };
}

async function carryOut(registry: Registry, { topic, subject, what, to }: SchemaChange): Promise<void> {
  if (what === 'compatibility') {
    await registry.updateCompatibility(subject, to as Parameters<Registry['updateCompatibility']>[1]);
    const kept = await registry.getCompatibility(subject);
    if (kept !== to) throw new SchemaError(`${subject}: the registry keeps compatibility ${kept} instead of ${to}.`);
    return;
  }
  try {
    await registry.register(subject, schemaOf(topic), false);
  } catch (error) {
    // Somebody registered another version since we looked, or the registry was not asked while it had another rule.
    const { status, message } = error as { status?: number; message: string };
    throw status === 409 ? new SchemaError(`${subject}: the registry refuses the schema: ${message}`) : error;
  }
}

async function orMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function answering<T>({ url }: RegistryAccess, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof SchemaError ? error : registryUnavailable(url, error);
  }
}
