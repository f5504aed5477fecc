import { createRequire } from 'node:module';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { GOVERNED } from '../checks/source.ts';
import { runBin } from '../process.ts';
import { Fixture, repository } from './fixture.ts';

/** [the rule that must bite, the file that breaks it, what the file imports] */
const BREACHES: readonly (readonly [rule: string, file: string, imported: string])[] = [
  ['no-cycles', 'services/auth/src/commands/about.ts', './round.ts'],
  ['service-not-to-service', 'services/payments/src/commands/charge.ts', '../../../accounting/src/domain/invoice.ts'],
  ['chassis-knows-no-service', 'services/chassis/src/money.ts', '../../auth/src/domain/role.ts'],
  ['contracts-import-nothing', 'proto/scripts/generate.ts', '../../services/chassis/src/ids.ts'],
  ['nothing-imports-local', 'services/chassis/src/bus.ts', '../../local/src/main.ts'],
  ['nothing-imports-scripts', 'services/local/src/start.ts', '../../../scripts/check.ts'],
  ['web-only-to-contracts', 'web/src/app/app.ts', '../../../services/chassis/src/ids.ts'],
  ['domain-is-pure', 'services/auth/src/domain/password.ts', '../store/user.ts'],
  ['domain-is-pure', 'services/auth/src/domain/token.ts', 'node:crypto'],
  ['domain-is-pure', 'services/auth/src/domain/row.ts', '../../../chassis/src/database.ts'],
  ['rpc-only-translates', 'services/auth/src/rpc/login.ts', '../store/user.ts'],
  ['commands-import-downwards', 'services/auth/src/commands/login.ts', '../rpc/session.ts'],
  ['queries-only-read', 'services/auth/src/queries/list-users.ts', '../commands/register.ts'],
  ['store-is-below-use-cases', 'services/auth/src/store/session.ts', '../commands/register.ts'],
  ['events-dispatch-commands', 'services/auth/src/events/published.ts', '../rpc/session.ts'],
  ['no-test-code-in-production', 'services/auth/src/service.ts', '../test/builders.ts'],
  ['no-undeclared-package', 'services/auth/src/main.ts', 'picomatch'],
  ['no-dev-package-in-production', 'services/auth/src/migrate.ts', 'fast-check'],
  ['not-to-unresolvable', 'services/auth/src/config.ts', './nowhere.ts'],
];

/** What the breaches import, and imports that are allowed and must stay so. */
const SOUND: Readonly<Record<string, readonly string[]>> = {
  'services/auth/src/commands/round.ts': ['./about.ts'],
  'services/accounting/src/domain/invoice.ts': ['../../../chassis/src/ids.ts'],
  'services/auth/src/domain/role.ts': ['../../../chassis/src/ids.ts'],
  'services/auth/src/store/user.ts': ['../domain/role.ts', '../../../chassis/src/database.ts'],
  'services/auth/src/rpc/session.ts': ['../commands/register.ts', '../queries/get-me.ts', '../domain/role.ts'],
  'services/auth/src/commands/register.ts': ['../store/user.ts', '../events/user-created.ts', '../domain/role.ts'],
  'services/auth/src/events/user-created.ts': ['../domain/role.ts', '../../../../proto/gen/user_pb.ts'],
  'services/auth/src/queries/get-me.ts': ['../store/user.ts'],
  'services/auth/test/builders.ts': ['../src/commands/register.ts', '../../chassis/src/testing/postgres.ts'],
  'services/chassis/src/ids.ts': [],
  'services/chassis/src/database.ts': ['./ids.ts'],
  'services/chassis/src/testing/postgres.ts': ['../database.ts', 'fast-check'],
  'services/local/src/main.ts': ['../../auth/src/commands/register.ts'],
  'proto/gen/user_pb.ts': [],
  'web/src/app/users.ts': ['../../../proto/gen/user_pb.ts'],
  'scripts/check.ts': [],
  'e2e/journey.ts': ['../services/local/src/main.ts'],
  'bench/ledger.ts': ['../services/local/src/main.ts'],
};

interface Violation {
  readonly rule: { readonly name: string };
  readonly from: string;
}

describe('the import rules', () => {
  const fixture = new Fixture();
  let violations: readonly Violation[];

  beforeAll(async () => {
    const source = (imports: readonly string[]): string => imports.map((one) => `import '${one}';\n`).join('');
    for (const [file, imports] of Object.entries(SOUND)) fixture.write(file, source(imports));
    for (const [, file, imported] of BREACHES) fixture.write(file, source([imported]));
    fixture
      .copy('.dependency-cruiser.cjs', 'tsconfig.json')
      .write('package.json', JSON.stringify({ name: 'fixture', devDependencies: { 'fast-check': '*' } }))
      .linkPackages();
    const args = ['--config', '.dependency-cruiser.cjs', '--output-type', 'json', ...GOVERNED];
    const { output } = await runBin('depcruise', args, { root: repository, cwd: fixture.root });
    violations = (JSON.parse(output) as { summary: { violations: Violation[] } }).summary.violations;
  });

  afterAll(() => fixture.remove());

  test.each(BREACHES)('%s bites in %s', (rule, file) => {
    expect(violations).toContainEqual(
      expect.objectContaining({ from: file, rule: expect.objectContaining({ name: rule }) }),
    );
  });

  test('nothing sound is refused', () => {
    const planted = new Set(BREACHES.map(([, file]) => file));
    expect(violations.filter(({ from, rule }) => !planted.has(from) && rule.name !== 'no-cycles')).toEqual([]);
  });

  test('every rule has a planted breach', () => {
    const config = createRequire(import.meta.url)(path.join(repository, '.dependency-cruiser.cjs')) as {
      forbidden: { name: string }[];
    };
    const planted = new Set(BREACHES.map(([rule]) => rule));
    expect(config.forbidden.map(({ name }) => name).filter((name) => !planted.has(name))).toEqual([]);
  });
});
