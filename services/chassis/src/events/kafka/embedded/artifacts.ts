import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { maven, run } from './java.ts';

/** Renovate keeps it current; newer lines need Java 21. */
export const REGISTRY_VERSION = '3.0.9';
const REGISTRY_ARTIFACT = `io.apicurio:apicurio-registry-app:${REGISTRY_VERSION}:tar.gz:all`;

const POM = join(import.meta.dirname, 'pom.xml');
/** Kept for every data folder of this checkout: asking Maven costs seconds each time, even for what it has. */
const CACHE = resolve(import.meta.dirname, '../../../../../../node_modules/.cache/finflow');

const registryHome = join(CACHE, `apicurio-registry-${REGISTRY_VERSION}`);

/** Java's class path of a broker, fetched by Maven unless it is here. */
export async function kafkaClassPath(): Promise<string> {
  const file = await classPathFile();
  const known = await readClassPath(file);
  if (known !== undefined) return known;
  await intoPlace(file, async (draft) => {
    await maven('--file', POM, 'dependency:build-classpath', `-Dmdep.outputFile=${draft}`);
  });
  return (await readFile(file, 'utf8')).trim();
}

/** The registry's program, fetched by Maven and unpacked unless it is here. */
export async function registryProgram(): Promise<string> {
  const program = join(registryHome, `apicurio-registry-app-${REGISTRY_VERSION}-runner.jar`);
  if (existsSync(program)) return program;
  await intoPlace(registryHome, async (draft) => {
    await mkdir(draft);
    await maven('dependency:copy', `-Dartifact=${REGISTRY_ARTIFACT}`, `-DoutputDirectory=${draft}`);
    const archive = join(draft, `apicurio-registry-app-${REGISTRY_VERSION}-all.tar.gz`);
    await run('tar', ['-xzf', archive, '-C', draft]);
    await rm(archive);
  });
  return program;
}

/** Whether a broker and a registry can start without Maven. */
export async function isFetched(): Promise<boolean> {
  return existsSync(registryHome) && (await readClassPath(await classPathFile())) !== undefined;
}

/** Another one as soon as the POM is another. */
async function classPathFile(): Promise<string> {
  const version = createHash('sha256')
    .update(await readFile(POM))
    .digest('hex')
    .slice(0, 12);
  return join(CACHE, `kafka-class-path-${version}`);
}

async function readClassPath(file: string): Promise<string | undefined> {
  const text = (await readFile(file, 'utf8').catch(() => '')).trim();
  return text !== '' && text.split(':').every((jar) => existsSync(jar)) ? text : undefined;
}

/** Made beside its place and moved there whole: a start cut short leaves no half of it, and of two one wins. */
async function intoPlace(place: string, make: (draft: string) => Promise<void>): Promise<void> {
  await mkdir(CACHE, { recursive: true });
  const beside = await mkdtemp(join(CACHE, 'draft-'));
  try {
    await make(join(beside, 'made'));
    await rename(join(beside, 'made'), place).catch((error: unknown) => {
      if (!existsSync(place)) throw error;
    });
  } finally {
    await rm(beside, { recursive: true, force: true });
  }
}
