import presets from 'jest-preset-angular/presets/index.js';

// Started from the repository's root as
//   node --experimental-vm-modules node_modules/jest/bin/jest.js -c web/jest.config.mjs
const preset = presets.createEsmPreset({ testEnvironment: 'jest-preset-angular/environments/jest-jsdom-env' });

export default {
  ...preset,
  displayName: 'web',
  setupFilesAfterEnv: ['<rootDir>/src/testing/setup.ts'],
  testMatch: ['<rootDir>/src/**/*.spec.ts'],
  moduleNameMapper: {
    ...preset.moduleNameMapper,
    // The compiler has rewritten `./x.ts` to `./x.js`, which is what packages call their own files.
    '^(\\.{1,2}/.*)\\.js$': ['$1.js', '$1.ts'],
    // As the build does by `paths` in tsconfig.json.
    '^@bufbuild/protovalidate/gen/buf/validate/validate_pb\\.js$': '<rootDir>/src/app/api/validate-rules.ts',
  },
  maxWorkers: '100%',
};
