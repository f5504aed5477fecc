import { readFileSync } from 'node:fs';
import { metric } from '../../src/telemetry/metrics.ts';
import type { InMemoryTelemetry } from '../../src/testing/in-memory-telemetry.ts';

/** What the guide says of a metric. */
interface Documented {
  readonly name: string;
  readonly unit: string;
  readonly attributes: readonly string[];
}

const ROW = /^\| `(?<name>[\w.]+)` \| (?<unit>\S+) \| (?<attributes>[^|]*) \|/gm;
const ATTRIBUTE = /`([a-z_]+(?:\.[a-z_]+)+)`/g;

/** The guide's table of metrics. */
export function documentedMetrics(): Documented[] {
  const guide = readFileSync(new URL('../../../../docs/guides/telemetry.md', import.meta.url), 'utf8');
  return [...guide.matchAll(ROW)].map(({ groups: { name = '', unit = '', attributes = '' } = {} }) => ({
    name,
    unit,
    attributes: [...attributes.matchAll(ATTRIBUTE)].map(([, attribute = '']) => attribute),
  }));
}

/** Attributes that were exported and that the guide does not name, each with its metric. */
export async function undocumented(telemetry: InMemoryTelemetry): Promise<string[]> {
  const found = new Set<string>();
  for (const each of Object.values(metric)) {
    const known = documentedMetrics().find(({ name }) => name === each.name)?.attributes ?? [];
    for (const { attributes } of await telemetry.points(each)) {
      for (const name of Object.keys(attributes)) if (!known.includes(name)) found.add(`${each.name}: ${name}`);
    }
  }
  return [...found].sort();
}
