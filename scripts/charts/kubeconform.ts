import { isThere, run } from '../process.ts';

/** Versions of Kubernetes that the charts' objects are valid for: the oldest that they allow, the newest, one between. */
const KUBERNETES = ['1.30.0', '1.34.0', '1.37.0'];

const CATALOG =
  'https://raw.githubusercontent.com/datreeio/CRDs-catalog/main/{{.Group}}/{{.ResourceKind}}_{{.ResourceAPIVersion}}.json';

/** What kubeconform says of one object. */
export interface Validated {
  readonly filename: string;
  readonly kind: string;
  readonly name: string;
  readonly version: string;
  readonly status: string;
  readonly msg: string;
}

/**
 * Problems of the objects in these files, as sentences. KUBECONFORM_SCHEMAS names where schemas are, as
 * `-schema-location` does, separated by commas, where they cannot be downloaded.
 */
export async function invalidObjects(root: string, files: readonly string[]): Promise<string[]> {
  if (!(await isThere('kubeconform', ['-v'], { cwd: root }))) {
    return ['kubeconform is missing: https://github.com/yannh/kubeconform says how it is installed.'];
  }
  const places = process.env.KUBECONFORM_SCHEMAS?.split(',') ?? ['default', CATALOG];
  const problems: string[] = [];
  for (const version of KUBERNETES) {
    const args = [
      ...['-strict', '-verbose', '-output', 'json', '-ignore-missing-schemas', '-kubernetes-version', version],
      ...places.flatMap((place) => ['-schema-location', place]),
    ];
    const { stdout, stderr } = await run('kubeconform', [...args, ...files], { cwd: root });
    if (!stdout.startsWith('{')) {
      problems.push(`kubeconform -kubernetes-version ${version}:\n${stdout}${stderr}`);
      continue;
    }
    const found = verdictOn(JSON.parse(stdout).resources);
    process.stdout.write(`Kubernetes ${version}: ${found.line}\n`);
    problems.push(...found.problems.map((problem) => `Kubernetes ${version}: ${problem}`));
  }
  return problems;
}

/** API versions of Kubernetes itself. Others' kinds may be without a schema: not every operator publishes them. */
const KUBERNETES_OWN = /^(v1|(apps|autoscaling|batch|policy|(networking|rbac\.authorization)\.k8s\.io)\/\w+)$/;

/** The problems, and a line that says what was looked at: without a schema kubeconform passes whatever it is given. */
export function verdictOn(objects: readonly Validated[]): { line: string; problems: string[] } {
  const skipped = objects.filter(({ status }) => status === 'statusSkipped');
  const own = new Set(skipped.filter(({ version }) => KUBERNETES_OWN.test(version)).map(({ kind }) => kind));
  const unknown = new Set(skipped.map(({ kind }) => kind).filter((kind) => !own.has(kind)));
  const problems = objects
    .filter(({ status }) => status !== 'statusSkipped' && status !== 'statusValid')
    .map(({ filename, kind, name, msg }) => `${filename}: ${kind} ${name}: ${msg}`);
  if (own.size > 0) problems.push(`no schema was found of ${[...own].sort().join(', ')}.`);
  const without = unknown.size === 0 ? '' : `; not looked at, for want of a schema: ${[...unknown].sort().join(', ')}`;
  return { line: `${objects.length - skipped.length} of ${objects.length} objects validated${without}`, problems };
}
