/**
 * The commands a person types. Each turns its arguments into the Node program that does it.
 * @type {Record<string, { about: string, program: (args: string[]) => string[] }>}
 */
export const commands = {
  start: {
    about: 'run the whole platform on this machine (-- --port N --data DIR --no-demo)',
    program: (args) => ['services/local/src/main.ts', ...args],
  },
  dev: {
    about: 'the same, restarting on every change, with a live web app',
    program: (args) => ['scripts/dev.ts', ...args],
  },
  test: {
    about: 'run every test, or those whose file matches (-- PATTERN)',
    program: (args) => ['scripts/test.ts', ...args],
  },
  check: {
    about: 'generated files, format, lint, import rules, contracts, types',
    program: (args) => ['scripts/check.ts', ...args],
  },
  generate: {
    about: 'regenerate everything that is generated and committed',
    program: (args) => ['proto/scripts/generate.ts', ...args],
  },
  bench: {
    about: 'run a benchmark by name (-- NAME --json FILE)',
    program: (args) => ['bench/src/main.ts', ...args],
  },
  evaluate: {
    about: 'measure a model by name (-- NAME --json FILE)',
    program: (args) => ['services/analytics/scripts/evaluate.ts', ...args],
  },
  'kill-test': {
    about: 'kill the platform at random moments under load and prove that nothing is lost',
    program: (args) => ['e2e/kill-test.ts', ...args],
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
