import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { run } from '../process.ts';
import type { Docker } from './docker.ts';

interface ImageConfig {
  created: string;
  history: { created: string }[];
  rootfs: { diff_ids: string[] };
}

/**
 * Gives the image the time of its sources instead of that of its build. Docker 23 and newer take it from
 * SOURCE_DATE_EPOCH, and then nothing is left to do; an older one does not know that variable.
 */
export async function stamp(docker: Docker, reference: string, seconds: number): Promise<void> {
  const time = new Date(seconds * 1000).toISOString().replace('.000', '');
  const created = await docker.output('image', 'inspect', '--format', '{{.Created}}', reference);
  if (Date.parse(created) === Date.parse(time)) return;
  await withFolder(async (folder) => {
    const archive = path.join(folder, 'image.tar');
    await docker.output('save', '--output', archive, reference);
    await tar('-xf', archive, '-C', folder);
    await rm(archive);
    const manifestFile = path.join(folder, 'manifest.json');
    const manifest = JSON.parse(await readFile(manifestFile, 'utf8'));
    const [{ Config: configFile }] = manifest;
    const config: ImageConfig = JSON.parse(await readFile(path.join(folder, configFile), 'utf8'));
    const text = JSON.stringify(stamped(config, time));
    const name = `${createHash('sha256').update(text).digest('hex')}.json`;
    await writeFile(path.join(folder, name), text);
    await writeFile(manifestFile, JSON.stringify([{ ...manifest[0], Config: name }]));
    await rm(path.join(folder, configFile));
    // What an older docker wrote for still older ones: it would be read in place of the manifest's words.
    await rm(path.join(folder, 'repositories'), { force: true });
    await tar('-cf', archive, '-C', folder, '--exclude=image.tar', '.');
    await docker.output('load', '--input', archive);
  });
}

/** The base's layers keep their times: they are part of what was built upon. */
export function stamped<Config extends ImageConfig>(config: Config, time: string): Config {
  return {
    ...config,
    created: time,
    history: config.history.map((step) => (step.created > time ? { ...step, created: time } : step)),
  };
}

/** A folder that is gone afterwards. */
async function withFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), 'finflow-images-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function tar(...args: string[]): Promise<void> {
  const { exitCode, output } = await run('tar', args, { cwd: '/' });
  if (exitCode !== 0) throw new Error(`tar failed:\n${output}`);
}
