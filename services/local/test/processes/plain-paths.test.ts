import { glob, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { type ServiceName, serviceNames } from '../../src/options.ts';
import { plainPaths } from '../../src/processes/service-processes.ts';

const services = resolve(import.meta.dirname, '../../..');

/** Paths of the plain HTTP routes in a service's source. */
async function declaredPaths(name: ServiceName): Promise<string[]> {
  const paths: string[] = [];
  for await (const file of glob(`${services}/${name}/src/rpc/**/*.ts`)) {
    const text = await readFile(file, 'utf8');
    if (!text.includes('HttpRoute')) continue;
    paths.push(...[...text.matchAll(/\bpath: '(\/[^']*)'/g)].map(([, path = '']) => path));
  }
  return paths;
}

test('the web port knows whose every plain path is', async () => {
  const declared = await Promise.all(
    serviceNames.map(async (name) => (await declaredPaths(name)).map((path) => [path, name])),
  );
  expect(plainPaths).toEqual(Object.fromEntries(declared.flat()));
  expect(Object.keys(plainPaths).length).toBeGreaterThan(0);
});
