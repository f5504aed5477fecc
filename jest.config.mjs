import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

// Started as `node --experimental-vm-modules node_modules/jest/bin/jest.js`; the web app has a configuration of its own.
const rootDir = fileURLToPath(new URL('.', import.meta.url));

/** What every part has in common: TypeScript as ES modules, types stripped as Node itself does it. */
const project = (displayName, roots) => ({
  displayName,
  rootDir,
  roots: roots.map((root) => `${rootDir}${root}`).filter((root) => existsSync(root)),
  testMatch: ['**/*.test.ts', '**/*.test.mjs'],
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  moduleFileExtensions: ['ts', 'mjs', 'js', 'json', 'node'],
  transform: {
    '\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2024' }, module: { type: 'es6' }, sourceMaps: 'inline' },
    ],
  },
});

export default {
  rootDir,
  projects: [
    project('services', ['proto', 'services', 'scripts', 'bench']),
    // Journeys through the whole system; `--selectProjects services` leaves them out.
    project('e2e', ['e2e']),
  ],
  globalSetup: '<rootDir>/services/chassis/src/testing/jest-global-setup.ts',
  globalTeardown: '<rootDir>/services/chassis/src/testing/jest-global-teardown.ts',
  maxWorkers: '100%',
  testTimeout: 120_000,
};
