// `npm run images -- build|sizes|check`: usage.txt says what each does.
import path from 'node:path';
import { runCommand } from '../command-line.ts';
import { versionOf } from './build/inputs.ts';
import { build, extractBom } from './build.ts';
import { check } from './check/check.ts';
import { Docker, DockerError } from './docker.ts';
import { type ImageName, type Options, parseOptions } from './options.ts';
import { isTooLarge, sizeLine, sizeOf } from './sizes.ts';

const root = path.resolve(import.meta.dirname, '../..');

await runCommand(path.join(import.meta.dirname, 'usage.txt'), () => main(parseOptions(process.argv.slice(2))));

async function main({ command, tag, images, rebuild, dockerArguments }: Options): Promise<number> {
  const docker = new Docker();
  const version = tag ?? (await versionOf(root));
  const referenceOf = (name: ImageName) => `finflow/${name}:${version}`;
  if (command === 'build') {
    for (const name of images) {
      const reference = referenceOf(name);
      const digest = await build({ docker, root, reference, name, extra: dockerArguments });
      const bom = path.join(root, 'dist/sbom', `${name}.cdx.json`);
      await extractBom(docker, reference, bom);
      process.stdout.write(`${reference}  ${digest}\n  ${path.relative(root, bom)}\n`);
    }
  }
  for (const name of images) await mustExist(docker, referenceOf(name));
  const sizes = await Promise.all(images.map((name) => sizeOf(docker, name, referenceOf(name))));
  for (const size of sizes) process.stdout.write(`${sizeLine(size)}\n`);
  let failed = sizes.some(isTooLarge);
  if (command === 'check') {
    for (const name of images) {
      const reference = referenceOf(name);
      const extra = rebuild ? dockerArguments : undefined;
      failed = !(await check({ docker, root, name, reference, rebuildWith: extra })) || failed;
    }
  }
  return failed ? 1 : 0;
}

async function mustExist(docker: Docker, reference: string): Promise<void> {
  const { code, stderr } = await docker.try('image', 'inspect', reference);
  if (code === 0) return;
  // No such image, or no docker that answers: its own words tell.
  throw new DockerError(`${stderr.trim()}\n${reference} is made by \`npm run images -- build\`, with the same --tag.`);
}
