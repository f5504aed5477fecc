import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { run } from '../process.ts';
import { versionOf } from './build/inputs.ts';
import type { Docker } from './docker.ts';
import type { ImageName } from './options.ts';
import { stamp } from './stamp.ts';

export interface BuildOptions {
  readonly docker: Docker;
  readonly root: string;
  /** Full name of the image to make. */
  readonly reference: string;
  readonly name: ImageName;
  /** For `docker build`. */
  readonly extra: readonly string[];
}

/** Builds an image so that its digest depends on what is in it and on the commit alone; gives its digest. */
export async function build({ docker, root, reference, name, extra }: BuildOptions): Promise<string> {
  const { revision, seconds } = await commitOf(root);
  const buildArgs = { SOURCE_DATE_EPOCH: seconds, VERSION: await versionOf(root), REVISION: revision };
  const authorities = process.env.NODE_EXTRA_CA_CERTS;
  await docker.show(
    'build',
    '--target',
    name,
    '--tag',
    reference,
    ...Object.entries(buildArgs).flatMap(([key, value]) => ['--build-arg', `${key}=${value}`]),
    ...(authorities ? ['--secret', `id=ca,src=${authorities}`] : []),
    ...extra,
    root,
  );
  await stamp(docker, reference, Number(seconds));
  return await digestOf(docker, reference);
}

/** The bill of materials that the image carries, as a file. */
export async function extractBom(docker: Docker, reference: string, file: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  const container = await docker.output('create', reference);
  try {
    await docker.output('cp', `${container}:/sbom.cdx.json`, file);
  } finally {
    await docker.output('rm', container);
  }
}

export async function digestOf(docker: Docker, reference: string): Promise<string> {
  return await docker.output('image', 'inspect', '--format', '{{.Id}}', reference);
}

/** What is built; sources that no commit has are told by `-dirty`, and those of no repository by the start of time. */
async function commitOf(root: string): Promise<{ revision: string; seconds: string }> {
  const { exitCode, output } = await run('git', ['log', '-1', '--format=%H %ct'], { cwd: root });
  const [commit, seconds] = output.trim().split(' ');
  if (exitCode !== 0 || commit === undefined || seconds === undefined) return { revision: 'unknown', seconds: '0' };
  const changes = await run('git', ['status', '--porcelain', '--untracked-files=no'], { cwd: root });
  return { revision: changes.output.trim() === '' ? commit : `${commit}-dirty`, seconds };
}
