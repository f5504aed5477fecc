// The architecture as rules: imports go one way, service → chassis → proto/gen, and inside a service
// rpc → commands and queries → store and domain. scripts/test/check.test.ts plants a breach of each rule.

const SERVICE = '(auth|payments|accounting|analytics)';
const COMPOSITION = '(main|service|migrate|config)\\.ts$';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Two modules that need each other are one module, or hide a third.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'service-not-to-service',
      comment: 'Services meet only in contracts: protobuf and Avro.',
      severity: 'error',
      from: { path: `^services/${SERVICE}/` },
      to: { path: '^services/', pathNot: '^services/($1|chassis)/' },
    },
    {
      name: 'chassis-knows-no-service',
      comment: 'The chassis is what every service stands on, and nothing of any one service.',
      severity: 'error',
      from: { path: '^services/chassis/' },
      to: { path: '^(services/(?!chassis/)|web/|e2e/|bench/|scripts/)' },
    },
    {
      name: 'contracts-import-nothing',
      comment: 'Contracts are below everything.',
      severity: 'error',
      from: { path: '^proto/' },
      to: { path: '^(services|web|e2e|bench|scripts)/' },
    },
    {
      name: 'nothing-imports-local',
      comment: 'Nothing in a service knows that it may run composed in one process.',
      severity: 'error',
      from: { pathNot: '^(services/local|e2e|bench|scripts)/' },
      to: { path: '^services/local/' },
    },
    {
      name: 'nothing-imports-scripts',
      comment: 'Repository tooling is not part of what runs.',
      severity: 'error',
      from: { pathNot: '^(scripts|e2e)/' },
      to: { path: '^scripts/' },
    },
    {
      name: 'web-only-to-contracts',
      comment: 'The web app knows the platform by its generated contracts alone.',
      severity: 'error',
      from: { path: '^web/' },
      to: { path: '^(services|e2e|bench|scripts|proto/(?!gen/))' },
    },
    {
      name: 'domain-is-pure',
      comment: 'domain/ holds rules: itself and the value types of the chassis (Money, ids, clock, errors, roles).',
      severity: 'error',
      from: { path: `^services/${SERVICE}/src/domain/`, pathNot: '\\.test\\.ts$' },
      to: { pathNot: '^services/($1/src/domain/|chassis/src/(money|ids|clock|errors|roles)(\\.ts$|/))' },
    },
    {
      name: 'rpc-only-translates',
      comment: 'rpc/ turns requests into use cases and results into replies; it opens no transaction.',
      severity: 'error',
      from: { path: `^services/${SERVICE}/src/rpc/` },
      to: { path: `^services/$1/src/((store|events)/|${COMPOSITION})` },
    },
    {
      name: 'commands-import-downwards',
      comment: 'A command uses domain, store and events, whoever calls it.',
      severity: 'error',
      from: { path: `^services/${SERVICE}/src/commands/` },
      to: { path: `^services/$1/src/((rpc|queries)/|${COMPOSITION})` },
    },
    {
      name: 'queries-only-read',
      comment: 'A query reads: it calls no command and publishes nothing.',
      severity: 'error',
      from: { path: `^services/${SERVICE}/src/queries/` },
      to: { path: `^services/$1/src/((rpc|commands|events)/|${COMPOSITION})` },
    },
    {
      name: 'store-is-below-use-cases',
      comment: 'store/ is schemas and SQL; the use cases stand on it.',
      severity: 'error',
      from: { path: `^services/${SERVICE}/src/store/` },
      to: { path: `^services/$1/src/((rpc|commands|queries|events)/|${COMPOSITION})` },
    },
    {
      name: 'events-dispatch-commands',
      comment: 'events/ describes what is published and hands what arrives to a command.',
      severity: 'error',
      from: { path: `^services/${SERVICE}/src/events/` },
      to: { path: `^services/$1/src/((rpc|queries)/|${COMPOSITION})` },
    },
    {
      name: 'no-test-code-in-production',
      comment: 'Builders, fakes and test databases never ship.',
      severity: 'error',
      from: { path: '^services/[^/]+/src/', pathNot: '(\\.test\\.ts$|^services/chassis/src/testing/)' },
      to: { path: '(\\.test\\.ts$|^services/[^/]+/test/|^services/chassis/src/testing/)' },
    },
    {
      name: 'no-undeclared-package',
      comment: 'A package that no package.json names is there by chance.',
      severity: 'error',
      from: { pathNot: '^proto/gen/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'no-dev-package-in-production',
      comment: 'Images are installed without development dependencies.',
      severity: 'error',
      from: { path: '^services/[^/]+/src/', pathNot: '(\\.test\\.ts$|^services/chassis/src/testing/)' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'not-to-unresolvable',
      comment: 'An import that finds nothing fails at start.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: '(^|/)node_modules/' },
    exclude: { path: '(^|/)(dist|coverage|\\.angular)/' },
    // `import type` is a dependency too.
    tsPreCompilationDeps: true,
    combinedDependencies: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['types', 'import', 'node', 'default'],
      mainFields: ['module', 'main', 'types', 'typings'],
      extensions: ['.ts', '.mts', '.mjs', '.js', '.cjs', '.d.ts', '.json'],
    },
  },
};
