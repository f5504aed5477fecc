import type { Docker } from './docker.ts';
import type { ImageName } from './options.ts';

/** Uncompressed; a node pulls less and stores this. */
export const limitsMb: Readonly<Record<ImageName, number>> = { services: 220, web: 60 };

const bases: Readonly<Partial<Record<ImageName, string>>> = { services: 'gcr.io/distroless/nodejs24-debian12:nonroot' };

export interface Size {
  readonly name: ImageName;
  readonly mb: number;
  /** Of the image it is built on; 0 for none, undefined when docker does not keep the base as an image. */
  readonly baseMb: number | undefined;
}

export async function sizeOf(docker: Docker, name: ImageName, reference: string): Promise<Size> {
  const base = bases[name];
  const mb = async (image: string) =>
    Number(await docker.output('image', 'inspect', '--format', '{{.Size}}', image)) / 1e6;
  return { name, mb: await mb(reference), baseMb: base === undefined ? 0 : await mb(base).catch(() => undefined) };
}

/** A line for a person: `services  174.3 MB of 220 MB (base 152.0, ours 22.3)`. */
export function sizeLine({ name, mb, baseMb }: Size): string {
  const parts = baseMb ? ` (base ${baseMb.toFixed(1)}, ours ${(mb - baseMb).toFixed(1)})` : '';
  const verdict = isTooLarge({ name, mb }) ? '  TOO LARGE' : '';
  return `${name.padEnd(8)}  ${mb.toFixed(1)} MB of ${limitsMb[name]} MB${parts}${verdict}`;
}

export function isTooLarge({ name, mb }: Pick<Size, 'name' | 'mb'>): boolean {
  return mb > limitsMb[name];
}
