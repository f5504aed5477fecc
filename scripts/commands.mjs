/**
 * The commands a person types. Each turns its arguments into the Node programs to run, one after the other.
 * `help` is a file that says what arguments there are.
 * @type {Record<string, { about: string, help?: string, programs: (args: string[]) => string[][] }>}
 */
export const commands = {
  start: {
    about: 'run the whole platform on this machine (-- --port N --data DIR --no-demo)',
    help: 'services/local/src/usage.txt',
    programs: (args) => [['scripts/build-web.ts'], ['services/local/src/main.ts', ...args]],
  },
  dev: {
    about: 'the same, restarting on every change, with a live web app',
    programs: (args) => [['scripts/dev.ts', ...args]],
  },
  test: {
    about: 'run every test, or those whose file matches (-- PATTERN)',
    programs: (args) => [['scripts/test.ts', ...args]],
  },
  check: {
    about: 'generated files, format, lint, import rules, contracts, types',
    programs: (args) => [['scripts/check.ts', ...args]],
  },
  generate: {
    about: 'regenerate everything that is generated and committed',
    programs: (args) => [['proto/scripts/generate.ts', ...args]],
  },
  bench: {
    about: 'run a benchmark by name (-- NAME --json FILE)',
    programs: (args) => [['bench/src/main.ts', ...args]],
  },
  evaluate: {
    about: 'measure a model by name (-- NAME --json FILE)',
    programs: (args) => [['services/analytics/scripts/evaluate.ts', ...args]],
  },
  'kill-test': {
    about: 'kill the platform at random moments under load and prove that nothing is lost',
    programs: (args) => [['e2e/kill-test.ts', ...args]],
  },
  screenshots: {
    about: 'make the pictures of the documentation anew',
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
