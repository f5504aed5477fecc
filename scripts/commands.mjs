/**
 * What a command takes after `--`. `synopsis` shows it; `options` (names and whether each has a value, or between which
 * whole numbers it is) and `names` (how many words without a dash) are held to it before anything runs.
 * @typedef {{ synopsis: string, options: Record<string, 'value' | 'flag' | readonly [number, number]>, names: number }} Arguments
 */

/** @type {Arguments} */
const platform = {
  synopsis: '[--port N] [--host ADDR] [--data DIR] [--no-demo] [--kafka]',
  options: { port: [1, 64_000], host: 'value', data: 'value', 'no-demo': 'flag', kafka: 'flag' },
  names: 0,
};

/**
 * The commands a person types. Each turns its arguments into the Node programs to run, one after the other. One with
 * `help`, a file or several that say what arguments there are, or without `takes`, looks at its arguments itself.
 * @type {Record<string, { about: string, help?: string | string[], takes?: Arguments, programs: (args: string[]) => string[][] }>}
 */
export const commands = {
  start: {
    about: 'run the whole platform on this machine (-- --port N --data DIR --no-demo --kafka)',
    help: 'services/local/src/usage.txt',
    takes: platform,
    programs: (args) => [['scripts/build-web.ts'], ['services/local/src/main.ts', ...args]],
  },
  dev: {
    about: 'the same, restarting on every change, with a live web app',
    help: 'services/local/src/usage.txt',
    takes: platform,
    programs: (args) => [['scripts/dev.ts', ...args]],
  },
  test: {
    about: 'run every test, or those whose file matches (-- PATTERN)',
    programs: (args) => [['scripts/test.ts', ...args]],
  },
  check: {
    about: 'generated files, format, lint, import rules, contracts, types',
    takes: { synopsis: '[PART-OF-A-NAME]', options: {}, names: 1 },
    programs: (args) => [['scripts/check.ts', ...args]],
  },
  generate: {
    about: 'regenerate everything that is generated and committed',
    takes: { synopsis: '', options: {}, names: 0 },
    programs: (args) => [['proto/scripts/generate.ts', ...args], ['scripts/monitoring/main.ts']],
  },
  topics: {
    about: 'compare Kafka’s topics with the declared ones, or make them so (-- diff|apply)',
    help: 'services/chassis/src/commands/topics/usage.txt',
    programs: (args) => [['services/chassis/src/commands/topics.ts', ...args]],
  },
  schemas: {
    about: 'compare the schema registry with the event schemas, or register them (-- check|register)',
    help: 'services/chassis/src/commands/schemas/usage.txt',
    programs: (args) => [['services/chassis/src/commands/schemas.ts', ...args]],
  },
  dlq: {
    about: 'look at events that a service could not handle, replay or discard them (-- list|show|replay|discard)',
    help: 'services/chassis/src/commands/dlq/usage.txt',
    programs: (args) => [['services/local/src/dlq.ts', ...args]],
  },
  images: {
    about: 'build the container images, measure and check them (-- build|sizes|check)',
    help: 'scripts/images/usage.txt',
    programs: (args) => [['scripts/images/main.ts', ...args]],
  },
  cluster: {
    about: 'install FinFlow with a demo company in a Kubernetes cluster, test it there (-- install|test|uninstall)',
    help: 'scripts/cluster/usage.txt',
    programs: (args) => [['scripts/cluster/main.ts', ...args]],
  },
  'cluster-proof': {
    about: 'hold the charts to what a platform team expects, on a real cluster (-- --tag T --keep --capacity)',
    takes: {
      synopsis: '[--namespace N] [--tag T] [--keep] [--capacity]',
      options: { namespace: 'value', tag: 'value', keep: 'flag', capacity: 'flag' },
      names: 0,
    },
    programs: (args) => [['e2e/cluster-proof.ts', ...args]],
  },
  bench: {
    about: 'run a benchmark by name',
    takes: {
      synopsis: 'events|ledger|rpc|start|web [--rounds N] [--json FILE]',
      options: { rounds: 'value', json: 'value' },
      names: 1,
    },
    programs: (args) => [['bench/src/main.ts', ...args]],
  },
  evaluate: {
    about: 'measure a model by name',
    takes: {
      synopsis: 'forecast|categorize [--data FILE.csv] [--json FILE]',
      options: { data: 'value', json: 'value' },
      names: 1,
    },
    programs: (args) => [['services/analytics/scripts/evaluate.ts', ...args]],
  },
  rebuild: {
    about: 'build a read model anew from the journal, compare it with the live one, swap (-- analytics --swap)',
    help: ['services/analytics/src/rebuild/usage.txt', 'services/local/src/rebuild-usage.txt'],
    programs: (args) => [['services/local/src/rebuild.ts', ...args]],
  },
  'kill-test': {
    about: 'kill the platform at random moments under load and prove that nothing is lost',
    takes: {
      synopsis: '[--kills N] [--seed N] [--users N]',
      options: { kills: 'value', seed: 'value', users: 'value' },
      names: 0,
    },
    programs: (args) => [['e2e/kill-test.ts', ...args]],
  },
  faults: {
    about: 'make something die under load over real Kafka, and prove that nothing is lost (-- NAME|all --seed N)',
    programs: (args) => [['e2e/faults.ts', ...args]],
  },
  'restore-rehearsal': {
    about: 'back a platform at work up, destroy its database, restore it, and prove that the books are the same',
    takes: {
      synopsis: '[--kafka] [--seconds N] [--seed N] [--users N]',
      options: { kafka: 'flag', seconds: 'value', seed: 'value', users: 'value' },
      names: 0,
    },
    programs: (args) => [['scripts/build-web.ts'], ['e2e/restore-rehearsal.ts', ...args]],
  },
  conformance: {
    about: 'hold both ports and the gRPC client to Connect’s own conformance suite (needs Go)',
    takes: { synopsis: '', options: {}, names: 0 },
    programs: (args) => [['e2e/conformance.ts', ...args]],
  },
  charts: {
    about: 'make what is generated of the Helm charts, or check them (-- generate|check)',
    takes: { synopsis: 'generate|check|schemas CRDS FOLDER', options: {}, names: 3 },
    programs: (args) => [['scripts/charts/main.ts', ...args]],
  },
  screenshots: {
    about: 'make the pictures of the documentation anew',
    takes: { synopsis: '', options: {}, names: 0 },
    programs: (args) => [['scripts/build-web.ts'], ['e2e/screenshots.ts', ...args]],
  },
};

/**
 * The text shown for an unknown or missing command name.
 * @param {string | undefined} name
 */
export function usage(name) {
  const problem = name === undefined ? 'Name a command.' : `There is no command "${name}".`;
  const width = Math.max(...Object.keys(commands).map((known) => known.length));
  const lines = Object.entries(commands).map(([known, { about }]) => `  npm run ${known.padEnd(width)}  ${about}`);
  return `${problem} The commands are:\n${lines.join('\n')}\n`;
}

/**
 * What one command takes, in a line, and what it is for.
 * @param {string} name
 */
export function usageOf(name) {
  const { about, takes } = commands[name] ?? {};
  const synopsis = takes === undefined ? '[PATTERN …]' : takes.synopsis;
  return `Usage: npm run ${name}${synopsis === '' ? '' : ` -- ${synopsis}`}\n  ${about}\n`;
}
