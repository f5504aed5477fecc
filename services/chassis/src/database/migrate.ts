import pg from 'pg';
import { DataSource, type MigrationInterface, type QueryRunner } from 'typeorm';
import { NotYetThere, type WaitOptions, waitUntilThere } from '../waiting-start.ts';
import { connecting } from './address.ts';
import type { Database } from './database.ts';
import { sqlState } from './sql-state.ts';

const TABLE = 'schema_migrations';
/** Any fixed number: two migration jobs of one database take turns. */
const MIGRATION_LOCK = 4_702_111_235;

/** A migration class, as TypeORM runs it. */
export type Migration = new () => MigrationInterface;

/**
 * A forward-only migration of plain SQL statements, applied in one transaction.
 *
 * @param name PascalCase and the time of writing in milliseconds, which orders it: `CreatePayments1763800000000`
 */
export function sqlMigration(name: string, statements: readonly string[]): Migration {
  return class implements MigrationInterface {
    readonly name = name;

    async up(runner: QueryRunner): Promise<void> {
      for (const statement of statements) await runner.query(statement);
    }

    async down(): Promise<void> {
      throw new Error(`${name} cannot be undone: migrations go forward only; write a new one.`);
    }
  };
}

/**
 * Applies the migrations that are missing, each in a transaction of its own, as the database's owner. Safe to run
 * from several jobs at once.
 *
 * @returns the names of the migrations applied now
 */
export async function migrate(options: { url: string; migrations: readonly Migration[] }): Promise<string[]> {
  const lock = new pg.Client({ connectionString: options.url, application_name: 'finflow-migrate' });
  await connecting(options.url, () => lock.connect());
  const source = new DataSource({
    type: 'postgres',
    url: options.url,
    migrations: [...options.migrations],
    migrationsTableName: TABLE,
    installExtensions: false,
    poolSize: 2,
  });
  try {
    await lock.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await source.initialize();
    const applied = await source.runMigrations({ transaction: 'each' });
    return applied.map(({ name }) => name);
  } finally {
    if (source.isInitialized) await source.destroy();
    await lock.end();
  }
}

/** What a service asks of its database's schema. */
export interface RequiredSchema {
  /** All that this version brings. */
  readonly migrations: readonly Migration[];
  /** The program that applies them, for whoever reads that they are missing. */
  readonly program: string;
}

/** Resolves when the database answers and has every migration this version brings. @throws NotYetThere */
export async function assertSchema(database: Database, { migrations, program }: RequiredSchema): Promise<void> {
  if (await schemaIsCurrent(database, migrations)) return;
  throw new NotYetThere(`The database is not migrated: run \`node ${program}\` first.`);
}

/**
 * Opens the pool of a database that has the schema.
 *
 * @throws NotYetThere when it is not migrated after `waitMs`; the driver's error when it does not answer until then
 */
export async function openMigrated(database: Database, schema: RequiredSchema, wait: WaitOptions): Promise<void> {
  await waitUntilThere(async () => {
    await database.connect();
    await assertSchema(database, schema);
  }, wait);
}

/**
 * Whether every migration this version brings is applied. More may be: a newer version's job ran already, and both
 * versions can work on one schema.
 */
export async function schemaIsCurrent(database: Database, migrations: readonly Migration[]): Promise<boolean> {
  try {
    const rows: { name: string }[] = await database.dataSource.query(`select name from ${TABLE}`);
    const applied = new Set(rows.map(({ name }) => name));
    return migrations.every((migration) => applied.has(new migration().name ?? migration.name));
  } catch (error) {
    // No table yet, or no right to read it yet: nothing was migrated.
    if (sqlState(error) === '42P01' || sqlState(error) === '42501') return false;
    throw error;
  }
}
