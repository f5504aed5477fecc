import { ProgressLine, type Terminal } from '@finflow/chassis/commands/terminal';
import { UsageError } from '@finflow/chassis/commands/usage-error';
import type { Environment } from '@finflow/chassis/config';
import { Database } from '@finflow/chassis/database/database';
import { schemaIsCurrent } from '@finflow/chassis/database/migrate';
import { sqlState } from '@finflow/chassis/database/sql-state';
import { OperatorError } from '@finflow/chassis/operator-error';
import { runProgram } from '@finflow/chassis/program';
import { grpcSecurity } from '@finflow/chassis/rpc/grpc-security';
import { rebuildReadModel } from './commands/rebuild-read-model.ts';
import { loadRebuildConfig } from './config.ts';
import { accountingJournal } from './gateways/accounting-journal.ts';
import { operatorToken } from './rebuild/operator-token.ts';
import { parseRebuildOptions, type RebuildOptions, usage } from './rebuild/options.ts';
import { reportJson, reportText } from './rebuild/report.ts';
import { isDrift } from './store/drift.ts';
import { migrations } from './store/migrations/index.ts';

/** Comparing and replacing all organizations are single statements. */
const STATEMENT_TIMEOUT_MS = 600_000;
const LOCK_NOT_AVAILABLE = '55P03';

export interface RebuildSurroundings {
  /** Gives the variables to take instead of the process's own. */
  readonly environment?: () => Promise<Environment>;
  readonly terminal?: Terminal;
}

/** What `npm run rebuild` does. Resolves to the exit code. */
export async function rebuild(args: readonly string[], surroundings: RebuildSurroundings = {}): Promise<number> {
  const { environment, terminal = { out: process.stdout, err: process.stderr } } = surroundings;
  let options: RebuildOptions;
  try {
    options = parseRebuildOptions(args);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    terminal.err.write(`${error.message}\nnpm run rebuild -- --help says what it can do.\n`);
    return 2;
  }
  if (options.help) {
    terminal.out.write(usage);
    return 0;
  }
  const env = await environment?.();
  const config = loadRebuildConfig(env);
  const database = new Database({
    url: config.DATABASE_OWNER_URL,
    poolSize: 3,
    applicationName: 'finflow-rebuild',
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
  });
  const journal = accountingJournal({
    address: config.ACCOUNTING_ADDRESS,
    security: grpcSecurity(config),
    token: operatorToken(config.OPERATOR_TOKEN, () => loadRebuildConfig(env).OPERATOR_TOKEN),
  });
  const line = new ProgressLine(terminal);
  try {
    await database.connect();
    if (!(await schemaIsCurrent(database, migrations))) {
      throw new OperatorError('The database is not migrated: run `node services/analytics/src/migrate.ts` first.');
    }
    const startedMs = performance.now();
    const outcome = await rebuildReadModel(
      { database, journal },
      {
        organizationId: options.organizationId,
        swap: options.swap,
        onProgress: ({ step, organizations, entries }) => {
          line.show(`${step}: ${entries.toLocaleString('en-US')} entries, organization ${organizations} …`);
        },
      },
    );
    line.end();
    const seconds = (performance.now() - startedMs) / 1000;
    terminal.out.write((options.json ? reportJson : reportText)(outcome, seconds));
    return isDrift(outcome.drift) && !outcome.swapped ? 1 : 0;
  } catch (error) {
    line.end();
    if (sqlState(error) !== LOCK_NOT_AVAILABLE) throw error;
    throw new OperatorError('Consumers could not be held within 10 s, so nothing was changed; try again.');
  } finally {
    journal.close();
    await database.close();
  }
}

if (import.meta.main) {
  await runProgram(async () => {
    process.exitCode = await rebuild(process.argv.slice(2));
  });
}
