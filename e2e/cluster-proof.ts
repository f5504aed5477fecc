/**
 * `npm run cluster-proof`: holds the charts to what a platform team expects of them, on the cluster of kubectl's current
 * context, in a namespace of its own. Each step shows what it saw; one that does not hold makes it end with 1.
 */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Cluster } from '../scripts/cluster/cluster.ts';
import { capacity } from './src/cluster/capacity.ts';
import type { Stage } from './src/cluster/stage.ts';
import { steps } from './src/cluster/steps.ts';

const root = path.resolve(import.meta.dirname, '..');
const { values } = parseArgs({
  options: {
    namespace: { type: 'string', default: 'finflow-proof' },
    tag: { type: 'string' },
    keep: { type: 'boolean', default: false },
    // What a pod does at most, instead of what must hold.
    capacity: { type: 'boolean', default: false },
  },
});
const { namespace } = values;
const say = (line: string) => process.stdout.write(`${line}\n`);
const { version } = (await import('../package.json', { with: { type: 'json' } })).default;
const stageIn = (name: string): Stage => ({
  cluster: new Cluster(root, name),
  namespace: name,
  tag: values.tag ?? version,
  root,
  say: (line) => say(`    ${line}`),
  elsewhere: (suffix) => stageIn(`${name}-${suffix}`),
});
const stage = stageIn(namespace);

const chosen = values.capacity ? [...steps.slice(0, 1), ...capacity] : steps;
let failed = 0;
for (const [index, { name, run }] of chosen.entries()) {
  say(`${index + 1}/${chosen.length} ${name}`);
  try {
    say(`  ✓ ${await run(stage)}`);
  } catch (error) {
    failed += 1;
    say(`  ✗ ${error instanceof Error ? error.message : String(error)}`);
    // What comes after the first looks at what it installed.
    if (index === 0) break;
  }
}
if (!values.keep) await stage.cluster.kubectl('delete', 'namespace', namespace, '--ignore-not-found');
process.exitCode = failed === 0 ? 0 : 1;
