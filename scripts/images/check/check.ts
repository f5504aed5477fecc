import { isDeepStrictEqual } from 'node:util';
import { build, digestOf } from '../build.ts';
import type { Docker } from '../docker.ts';
import type { ImageName } from '../options.ts';
import type { Expect } from './checking.ts';
import { Containers } from './containers.ts';
import { checkServices } from './services.ts';
import { checkWeb } from './web.ts';

export interface CheckOptions {
  readonly docker: Docker;
  readonly root: string;
  readonly name: ImageName;
  readonly reference: string;
  /** Arguments for a second build, whose digest is compared; undefined for none. */
  readonly rebuildWith: readonly string[] | undefined;
}

/** What both images promise, and what each does; gives whether everything is so. */
export async function check({ docker, root, name, reference, rebuildWith }: CheckOptions): Promise<boolean> {
  let ok = true;
  const expect: Expect = (what, found, wanted) => {
    const good = wanted instanceof RegExp ? wanted.test(String(found)) : isDeepStrictEqual(found, wanted);
    ok &&= good;
    const detail = good ? '' : `\n    found  ${shown(found)}\n    wanted ${shown(wanted)}`;
    process.stdout.write(`  ${good ? 'ok ' : 'NOT'} ${name}: ${what}${detail}\n`);
  };

  const { Config: config } = JSON.parse(await docker.output('image', 'inspect', '--format', '{{json .}}', reference));
  expect('runs as a numeric user that is nobody', config.User, '65532:65532');
  for (const label of ['title', 'source', 'licenses', 'version', 'revision']) {
    expect(`is labelled with its ${label}`, config.Labels[`org.opencontainers.image.${label}`], /./);
  }
  const { code, stderr } = await docker.try('run', '--rm', '--entrypoint', '/bin/sh', reference, '-c', 'true');
  expect('has no shell', `${code} ${stderr}`, /^127 .*no such file/s);

  const containers = new Containers(docker);
  try {
    await (name === 'web' ? checkWeb : checkServices)({ containers, reference, expect });
  } finally {
    await containers.removeAll();
  }

  if (rebuildWith !== undefined) {
    const again = `${reference}-again`;
    try {
      const second = await build({ docker, root, reference: again, name, extra: ['--no-cache', ...rebuildWith] });
      const first = await digestOf(docker, reference);
      expect('has the same digest when it is built again without a cache', second, first);
    } finally {
      await docker.try('image', 'rm', again);
    }
  }
  return ok;
}

function shown(value: unknown): string {
  return value instanceof RegExp ? String(value) : JSON.stringify(value);
}
