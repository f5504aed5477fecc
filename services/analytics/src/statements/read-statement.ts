import { isUtf8 } from 'node:buffer';
import { isCurrency } from '@finflow/chassis/money';
import { CsvError, parse } from 'csv-parse/sync';
import { CellError, readAmount, readDate, readDescription } from './cells.ts';
import type {
  RowError,
  Statement,
  StatementColumns,
  StatementFormat,
  StatementProblem,
  StatementRow,
} from './statement.ts';

/** More rows than this are refused: one import is one transaction. */
export const MOST_ROWS = 20_000;

/** Positions of the columns in a file. */
type Positions = { readonly [Column in keyof StatementColumns]: number | undefined };

/** Reads a bank's CSV file. Pure; about 150 ms for the largest file, so it runs on a worker. */
export function readStatement(csv: Uint8Array, format: StatementFormat): Statement | StatementProblem {
  const records = readRecords(csv);
  if ('reason' in records) return records;
  const [header = [], ...body] = records;
  const filled = body.filter((record) => !isBlank(record)).length;
  if (filled > MOST_ROWS) {
    return problem('CSV_TOO_MANY_ROWS', 'csv', `must have at most ${MOST_ROWS} rows, and has ${filled}`);
  }
  const positions = locate(header, format.columns);
  if ('reason' in positions) return positions;
  const rows: StatementRow[] = [];
  const errors: RowError[] = [];
  body.forEach((record, index) => {
    if (isBlank(record)) return;
    const read = readRow(record, header, positions, format);
    if ('row' in read) errors.push({ ...read, row: index + 2 });
    else rows.push(read);
  });
  return { rows, errors };
}

function readRecords(csv: Uint8Array): string[][] | StatementProblem {
  if (!isUtf8(csv)) return problem('CSV_UNREADABLE', 'csv', 'must be UTF-8 text');
  try {
    const text = new TextDecoder().decode(csv);
    const records: string[][] = parse(text, { delimiter: delimiterOf(text), relax_column_count: true, bom: true });
    if (records.length === 0) return problem('CSV_UNREADABLE', 'csv', 'must begin with a header row, and is empty');
    return records;
  } catch (error) {
    if (error instanceof CsvError) return problem('CSV_UNREADABLE', 'csv', `must be CSV: ${error.message}`);
    throw error;
  }
}

/** What stands most often in the first line: guessing from more would let descriptions decide. */
function delimiterOf(text: string): string {
  const header = text.slice(0, text.search(/\r?\n|$/)).replace(/"[^"]*"/g, '');
  const count = (delimiter: string): number => header.split(delimiter).length;
  return [',', ';', '\t'].reduce((best, delimiter) => (count(delimiter) > count(best) ? delimiter : best));
}

function locate(header: readonly string[], columns: StatementColumns): Positions | StatementProblem {
  const amount = columns.amount || (columns.debit || columns.credit ? '' : 'amount');
  const wanted = {
    ...columns,
    date: columns.date || 'date',
    description: columns.description || 'description',
    amount,
  };
  const positions: Record<string, number | undefined> = {};
  for (const [name, column] of Object.entries(wanted)) {
    if (column === '') continue;
    const position = positionOf(header, column);
    if (position === undefined) {
      const known = header
        .map((title) => `"${title.trim()}"`)
        .join(', ')
        .slice(0, 300);
      return problem('CSV_COLUMN_NOT_FOUND', `columns.${name}`, `must be a column of the file, which has ${known}`, {
        column,
      });
    }
    positions[name] = position;
  }
  return positions as Positions;
}

function positionOf(header: readonly string[], column: string): number | undefined {
  const byName = header.findIndex((title) => title.trim().toLowerCase() === column.trim().toLowerCase());
  if (byName >= 0) return byName;
  const number = /^\d{1,4}$/.test(column) ? Number(column) : 0;
  return number >= 1 && number <= header.length ? number - 1 : undefined;
}

/** The row, or what is wrong with it (its number filled in by the caller). */
function readRow(
  record: readonly string[],
  header: readonly string[],
  positions: Positions,
  format: StatementFormat,
): StatementRow | RowError {
  if (record.length !== header.length) {
    return {
      row: 0,
      column: '',
      description: `must have ${header.length} columns as the header has, not ${record.length}`,
    };
  }
  let at: number | undefined;
  const cell = (position: number | undefined): string => {
    at = position;
    return position === undefined ? '' : (record[position] ?? '');
  };
  try {
    const currency = readCurrency(cell(positions.currency), format.currency);
    return {
      date: readDate(cell(positions.date), format.dateOrder),
      description: readDescription(cell(positions.description)),
      amountMinor: readSignedAmount(cell, positions, currency, format.decimalComma),
      currency,
    };
  } catch (error) {
    if (!(error instanceof CellError)) throw error;
    return { row: 0, column: at === undefined ? '' : (header[at] ?? '').trim(), description: error.message };
  }
}

function readCurrency(text: string, fallback: string): string {
  const currency = text.trim().toUpperCase() || fallback;
  if (!isCurrency(currency)) throw new CellError(`must be an ISO 4217 currency, not "${currency.slice(0, 16)}"`);
  return currency;
}

function readSignedAmount(
  cell: (position: number | undefined) => string,
  { amount, debit, credit }: Positions,
  currency: string,
  decimalComma: boolean,
): bigint {
  if (amount !== undefined) return readAmount(cell(amount), currency, decimalComma);
  const side = (position: number | undefined): bigint => {
    const text = cell(position);
    if (text.trim() === '') return 0n;
    const minor = readAmount(text, currency, decimalComma);
    // Some banks put a minus before what stands in the debit column anyway.
    return minor < 0n ? -minor : minor;
  };
  const [incoming, outgoing] = [side(credit), side(debit)];
  if (incoming !== 0n && outgoing !== 0n)
    throw new CellError('must not be filled in both the debit and the credit column');
  if (incoming === 0n && outgoing === 0n) throw new CellError('must be filled in the debit or the credit column');
  return incoming - outgoing;
}

function isBlank(record: readonly string[]): boolean {
  return record.every((cell) => cell.trim() === '');
}

function problem(
  reason: StatementProblem['reason'],
  field: string,
  description: string,
  metadata?: Readonly<Record<string, string>>,
): StatementProblem {
  return { reason, field, description, metadata };
}
