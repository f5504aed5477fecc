import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';

/** A part of the image, in CycloneDX's words; npm tells more than we look at. */
export interface Component {
  readonly 'bom-ref': string;
  readonly type: string;
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly [more: string]: unknown;
}

interface Bom {
  readonly metadata: { readonly tools: unknown };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
  readonly [more: string]: unknown;
}

/**
 * What npm would install for these workspaces, by the lock file; of it, images choose. Not with `--omit dev`: that also
 * leaves out what one workspace needs in production and another one in its tests.
 */
export function lockedBom(root: string, workspaces: readonly string[]): Bom {
  const where = workspaces.flatMap((workspace) => ['--workspace', workspace]);
  const args = ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only', ...where];
  return JSON.parse(execFileSync('npm', args, { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1_048_576 }));
}

export interface ImageBom {
  /** Name of the image. */
  readonly name: string;
  readonly version: string;
  readonly bom: Bom;
  /** Which of npm's components are in the image. */
  readonly contains: (component: Component) => boolean;
  /** What npm does not know of: Node, Debian's packages. */
  readonly others: readonly Component[];
  /** Of everything in the image, since 1970. */
  readonly seconds: number;
}

/** The image's bill of materials in CycloneDX. Its serial number is made of its content, so the same content has the same. */
export function imageBom({ name, version, bom, contains, others, seconds }: ImageBom): string {
  const components = [...bom.components.filter(contains), ...others].sort((a, b) =>
    a['bom-ref'] < b['bom-ref'] ? -1 : 1,
  );
  const known = new Set(components.map((component) => component['bom-ref']));
  const dependencies = bom.dependencies
    .filter(({ ref }) => known.has(ref))
    .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((other) => known.has(other)) }));
  const content = {
    ...bom,
    metadata: {
      timestamp: new Date(seconds * 1000).toISOString(),
      tools: bom.metadata.tools,
      component: { 'bom-ref': `${name}@${version}`, type: 'container', name, version },
    },
    components,
    dependencies,
  };
  const hash = createHash('sha256')
    .update(JSON.stringify({ ...content, serialNumber: '' }))
    .digest('hex');
  // The shape of a random UUID, as the specification wants it.
  const serialNumber = `urn:uuid:${hash.slice(0, 8)}-${hash.slice(8, 12)}-4${hash.slice(13, 16)}-8${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
  return `${JSON.stringify({ ...content, serialNumber }, null, 2)}\n`;
}

/** As in package.json: npm leaves the scope out of the names of workspaces. */
export function packageName({ purl }: Component): string {
  return decodeURIComponent(purl.replace(/^pkg:npm\//, '').replace(/@[^@]*$/, ''));
}

/** A component that is known by its package URL. */
export function component(purl: string, licence?: string): Component {
  const [, name = '', version = ''] = /^pkg:(?:[^@?]*\/)?([^@?]+)@([^?]+)/.exec(purl) ?? [];
  const licenses = licence === undefined ? {} : { licenses: [{ license: { id: licence } }] };
  return { 'bom-ref': purl, type: 'library', name, version: decodeURIComponent(version), purl, ...licenses };
}
