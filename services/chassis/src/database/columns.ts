import pg from 'pg';
import { DefaultNamingStrategy, type EntitySchemaColumnOptions, type ValueTransformer } from 'typeorm';

/** Amounts and counters are bigint in code and in SQL; the driver speaks decimal strings. */
export const bigintTransformer: ValueTransformer = {
  to: (value: bigint | null | undefined) => (typeof value === 'bigint' ? value.toString() : value),
  from: (value: bigint | string | number | null | undefined) =>
    value === null || value === undefined ? value : BigInt(value),
};

type Extra = Partial<EntitySchemaColumnOptions>;

/** `uuid`, a string in code. */
export const uuidColumn = (extra: Extra = {}): EntitySchemaColumnOptions => ({ type: 'uuid', ...extra });

/** The first column of every tenant table's primary key. */
export const organizationIdColumn = (): EntitySchemaColumnOptions => uuidColumn({ primary: true });

/** `text`; lengths are bounded by the contract, not by the table. */
export const textColumn = (extra: Extra = {}): EntitySchemaColumnOptions => ({ type: 'text', ...extra });

/** `integer`, a number in code. */
export const integerColumn = (extra: Extra = {}): EntitySchemaColumnOptions => ({ type: 'integer', ...extra });

/** `bigint`, a bigint in code: money in minor units, versions. */
export const bigintColumn = (extra: Extra = {}): EntitySchemaColumnOptions => ({
  type: 'bigint',
  transformer: bigintTransformer,
  ...extra,
});

/** `boolean`. */
export const booleanColumn = (extra: Extra = {}): EntitySchemaColumnOptions => ({ type: 'boolean', ...extra });

/** An instant: `timestamptz(3)`, a Date in code; a Date holds no microseconds, and a page token must hit exactly. */
export const instantColumn = (extra: Extra = {}): EntitySchemaColumnOptions => ({
  type: 'timestamp with time zone',
  precision: 3,
  ...extra,
});

/** A calendar date without time or zone: `date`, a `YYYY-MM-DD` string in code. */
export const dateColumn = (extra: Extra = {}): EntitySchemaColumnOptions => ({ type: 'date', ...extra });

/** `jsonb`; JSON has no bigint, so amounts do not go in here unconverted. */
export const jsonColumn = (extra: Extra = {}): EntitySchemaColumnOptions => ({ type: 'jsonb', ...extra });

/** `bytea`, a Buffer in code. */
export const bytesColumn = (extra: Extra = {}): EntitySchemaColumnOptions => ({ type: 'bytea', ...extra });

/** Column names are the property's in snake_case: `createdAt` is `created_at`. A name given explicitly stands. */
export class SnakeCaseNaming extends DefaultNamingStrategy {
  override columnName(propertyName: string, customName: string | undefined, embeddedPrefixes: string[]): string {
    return [...embeddedPrefixes, customName ?? propertyName]
      .map((part) => part.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`))
      .join('_');
  }
}

const INT8 = pg.types.builtins.INT8;
const DATE = pg.types.builtins.DATE;

/**
 * How raw queries read columns: int8 as bigint (a number would lose digits), date as `YYYY-MM-DD` (the driver's own
 * Date is midnight in the machine's zone, which is another day elsewhere).
 */
export const typeParsers: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') => {
    if (format !== 'binary' && oid === INT8) return BigInt;
    if (format !== 'binary' && oid === DATE) return (text: string) => text;
    return pg.types.getTypeParser(oid, format as 'text');
  }) as pg.CustomTypesConfig['getTypeParser'],
};
