import { join } from 'node:path';
import { z } from 'zod';
import { type Environment, eventsConfig, loadConfig, url } from '../config.ts';
import { DomainError } from '../errors.ts';
import { registryAccess } from '../events/connect.ts';
import {
  changesOf,
  checkSchemas,
  describeConflicts,
  registerSchemas,
  type SchemaChange,
  type SchemaReport,
} from '../events/schemas.ts';
import { OperatorError } from '../operator-error.ts';
import { runProgram } from '../program.ts';
import { counted, lines, type Terminal, table } from './terminal.ts';
import { runVerb } from './verb.ts';

/** A registry that other processes see too: not the one that a service may keep in itself. */
const SCHEMA_REGISTRY_URL = url('http', 'https').describe('http://HOST:PORT, with the path of its Confluent API');
const shape = z.object({ ...eventsConfig, SCHEMA_REGISTRY_URL });
const command = {
  name: 'schemas',
  verbs: { all: ['check', 'register'], changing: 'register' },
  usageFile: join(import.meta.dirname, 'schemas/usage.txt'),
} as const;

/**
 * The command.
 *
 * @param env variables; the process's own unless given
 * @returns the exit code
 * @throws OperatorError, ConfigError in a sentence for whoever runs it
 */
export async function schemas(
  args: readonly string[],
  terminal: Terminal = { out: process.stdout, err: process.stderr },
  env?: Environment,
): Promise<number> {
  return await runVerb({ ...command, args }, terminal, async ({ verb, dryRun }) => {
    const config = loadConfig(shape, env);
    const access = registryAccess(config);
    const options = { prefix: config.KAFKA_PREFIX, dryRun };
    try {
      if (verb === 'check') return reportCheck(await checkSchemas(access, options), terminal);
      return reportChanges(await registerSchemas(access, options), dryRun, terminal);
    } catch (error) {
      if (error instanceof DomainError) throw new OperatorError(error.message, { cause: error });
      throw error;
    }
  });
}

function reportCheck(reports: readonly SchemaReport[], { out }: Terminal): number {
  const rows = reports.map((report) => [
    report.subject,
    report.versions.length === 0 ? 'none' : report.versions.join(','),
    report.version === undefined ? 'not registered' : `version ${report.version}`,
    report.compatibility ?? 'none',
    verdictOf(report),
  ]);
  out.write(table([['SUBJECT', 'VERSIONS', 'THIS BUILD', 'COMPATIBILITY', 'VERDICT'], ...rows]));
  const conflicts = reports.flatMap(describeConflicts);
  const late = reports.flatMap(describeLateConsumers);
  if (conflicts.length > 0) out.write(`\n${lines(conflicts)}`);
  if (late.length > 0) out.write(`\n${lines(late)}`);
  const missing = reports.flatMap(changesOf);
  if (conflicts.length === 0 && missing.length > 0) out.write('\n`npm run schemas -- register` mends this.\n');
  return conflicts.length + missing.length > 0 ? 1 : 0;
}

function verdictOf(report: SchemaReport): string {
  if (report.conflicts.length > 0) return 'does not fit';
  return changesOf(report).length > 0 ? 'to be registered' : 'fits';
}

/** What is allowed, and goes wrong when it is deployed in the wrong order. */
function describeLateConsumers({ subject, consumersFirst }: SchemaReport): string[] {
  return consumersFirst.map(
    ({ version, field, rule }) =>
      `${subject}: consumers of version ${version} cannot read this build's events (for them, field "${field}" ${rule}): ` +
      'replace them first.',
  );
}

function reportChanges(changes: readonly SchemaChange[], dryRun: boolean, { out }: Terminal): number {
  if (changes.length === 0) {
    out.write('All schemas are registered.\n');
    return 0;
  }
  const rows = changes.map(({ subject, what, from, to }) => [subject, what, from, to]);
  const head = dryRun ? 'Would make' : 'Made';
  out.write(`${head} ${counted(changes.length, 'change')}:\n\n${table([['SUBJECT', 'WHAT', 'FROM', 'TO'], ...rows])}`);
  return 0;
}

if (import.meta.main) {
  await runProgram(async () => {
    process.exitCode = await schemas(process.argv.slice(2));
  });
}
