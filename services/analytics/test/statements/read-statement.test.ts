import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { CellError, readAmount, readDate, readDescription } from '../../src/statements/cells.ts';
import { fingerprints } from '../../src/statements/fingerprint.ts';
import { readStatement } from '../../src/statements/read-statement.ts';
import type { Statement, StatementFormat, StatementProblem } from '../../src/statements/statement.ts';

const NO_COLUMNS = { date: '', description: '', amount: '', debit: '', credit: '', currency: '' };
const format: StatementFormat = {
  columns: NO_COLUMNS,
  dateOrder: 'year-month-day',
  decimalComma: false,
  currency: 'USD',
};

function read(text: string, changes: Partial<StatementFormat> = {}): Statement {
  const result = readStatement(new TextEncoder().encode(text), { ...format, ...changes });
  if ('reason' in result) throw new Error(result.description);
  return result;
}

function problemOf(text: string, changes: Partial<StatementFormat> = {}): StatementProblem {
  const result = readStatement(new TextEncoder().encode(text), { ...format, ...changes });
  if ('reason' in result) return result;
  throw new Error('The file could be read.');
}

describe('amounts', () => {
  test.each([
    ['12', false, 1200n],
    ['-1,234.50', false, -1234_50n],
    ['+0.05', false, 5n],
    ['.5', false, 50n],
    ['(12.00)', false, -1200n],
    ['12.00-', false, -1200n],
    ['− 12.00', false, -1200n],
    ['$1,234', false, 1234_00n],
    ['USD 7.10', false, 710n],
    ["1'234.50", false, 1234_50n],
    ['1 234.50', false, 1234_50n],
    ['12,34,567.00', false, 1234567_00n],
    ['1.234,56 €', true, 1234_56n],
    ['-1234,5', true, -1234_50n],
    ['1.234', true, 1234_00n],
  ])('%s (decimal comma: %s) is %s', (text, decimalComma, minor) => {
    expect(readAmount(text, 'USD', decimalComma)).toBe(minor);
  });

  test.each([
    ['', false],
    ['-', false],
    ['twelve', false],
    ['1.2.3', false],
    ['1,23', false],
    ['1.23', true],
    ['1,234.567', false],
    ['--1', false],
    ['(1', false],
    ['(-1)', false],
    ['1e3', false],
    ['10000000000000.01', false],
  ])('"%s" (decimal comma: %s) is refused', (text, decimalComma) => {
    expect(() => readAmount(text, 'USD', decimalComma)).toThrow(CellError);
  });

  test('follow the currency’s own decimals', () => {
    expect(readAmount('500', 'JPY', false)).toBe(500n);
    expect(() => readAmount('500.5', 'JPY', false)).toThrow(/0 decimal digits/);
    expect(readAmount('1.234', 'KWD', false)).toBe(1234n);
  });

  test('read back whatever they were written from', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }), fc.boolean(), (minor, comma) => {
        const [whole = '', cents = ''] = [String(minor < 0n ? -minor : minor).padStart(3, '0')].flatMap((digits) => [
          digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, comma ? '.' : ','),
          digits.slice(-2),
        ]);
        const text = `${minor < 0n ? '-' : ''}${whole}${comma ? ',' : '.'}${cents}`;
        expect(readAmount(text, 'EUR', comma)).toBe(minor);
      }),
    );
  });
});

describe('dates', () => {
  test.each([
    ['2026-03-31', 'year-month-day', '2026-03-31'],
    ['2026/3/1', 'year-month-day', '2026-03-01'],
    ['20260331', 'year-month-day', '2026-03-31'],
    ['2026-03-31T23:59:00Z', 'year-month-day', '2026-03-31'],
    ['31.03.2026', 'day-month-year', '2026-03-31'],
    ['1/4/26', 'day-month-year', '2026-04-01'],
    ['31.12.99', 'day-month-year', '1999-12-31'],
    ['03/31/2026 08:15', 'month-day-year', '2026-03-31'],
  ] as const)('%s (%s) is %s', (text, order, date) => {
    expect(readDate(text, order)).toBe(date);
  });

  test.each([
    ['2026-02-29', 'year-month-day'],
    ['31/03/2026', 'month-day-year'],
    ['2026-03/31', 'year-month-day'],
    ['0000-01-01', 'year-month-day'],
    ['', 'year-month-day'],
    ['yesterday', 'day-month-year'],
  ] as const)('"%s" (%s) is refused', (text, order) => {
    expect(() => readDate(text, order)).toThrow(CellError);
  });
});

test('descriptions become one line', () => {
  expect(readDescription(' Rent\n\tMarch \u0007 ')).toBe('Rent March');
  expect(() => readDescription(' \n ')).toThrow(CellError);
  expect(() => readDescription('x'.repeat(501))).toThrow(/at most 500/);
});

describe('a file', () => {
  test('may quote, hold line breaks and delimiters in quotes, begin with a byte order mark and end in CRLF', () => {
    const { rows, errors } = read('\ufeffdate,description,amount\r\n2026-03-01,"Rent, ""March""\nHQ",-1\r\n');
    expect(errors).toEqual([]);
    expect(rows).toEqual([
      { date: '2026-03-01', description: 'Rent, "March" HQ', amountMinor: -100n, currency: 'USD' },
    ]);
  });

  test.each([',', ';', '\t'])('may separate columns by %j', (delimiter) => {
    const line = (...cells: string[]) => cells.join(delimiter);
    const { rows } = read(`${line('date', 'description', 'amount')}\n${line('2026-03-01', 'Rent', '-1.50')}\n`);
    expect(rows).toMatchObject([{ description: 'Rent', amountMinor: -150n }]);
  });

  test('may name its columns in any case and order, or be addressed by numbers', () => {
    const columns = { ...NO_COLUMNS, date: 'BOOKED ON', description: '3', amount: 'sum' };
    expect(read('Sum,booked on,Text\n-1,2026-03-01,Rent\n', { columns }).rows).toMatchObject([
      { date: '2026-03-01', description: 'Rent', amountMinor: -100n },
    ]);
  });

  test('with debit and credit columns takes one of them for each row', () => {
    const columns = { ...NO_COLUMNS, debit: 'out', credit: 'in' };
    const { rows, errors } = read(
      'date,description,out,in\n2026-03-01,a,5,\n2026-03-01,b,-5,\n2026-03-01,c,0.00,7\n2026-03-01,d,1,2\n2026-03-01,e,,\n',
      { columns },
    );
    expect(rows.map(({ amountMinor }) => amountMinor)).toEqual([-500n, -500n, 700n]);
    expect(errors).toMatchObject([{ row: 5 }, { row: 6 }]);
  });

  test('may say the currency of each row', () => {
    const columns = { ...NO_COLUMNS, currency: 'ccy' };
    const { rows, errors } = read(
      'date,description,amount,ccy\n2026-03-01,a,5,jpy\n2026-03-01,b,5,\n2026-03-01,c,5,zzz\n',
      {
        columns,
      },
    );
    expect(rows.map(({ currency, amountMinor }) => [currency, amountMinor])).toEqual([
      ['JPY', 5n],
      ['USD', 500n],
    ]);
    expect(errors).toMatchObject([{ row: 4, column: 'ccy' }]);
  });

  test('counts rows as a spreadsheet does, blank ones too', () => {
    expect(read('date,description,amount\n\n,,\nx,y,z\n').errors).toMatchObject([{ row: 4, column: 'date' }]);
  });

  test('may hold no rows', () => {
    expect(read('date,description,amount\n')).toEqual({ rows: [], errors: [] });
  });

  test('that is no statement is a problem with a reason', () => {
    expect(problemOf('')).toMatchObject({ reason: 'CSV_UNREADABLE' });
    expect(problemOf('date,description,amount\n"')).toMatchObject({ reason: 'CSV_UNREADABLE' });
    expect(problemOf('a,b\n1,2\n')).toMatchObject({
      reason: 'CSV_COLUMN_NOT_FOUND',
      field: 'columns.date',
      metadata: { column: 'date' },
    });
    expect(problemOf(`date,description,amount\n${'2026-03-01,a,1\n'.repeat(20_001)}`)).toMatchObject({
      reason: 'CSV_TOO_MANY_ROWS',
    });
  });

  test('of any bytes is read or refused, never a crash', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (bytes, comma) => {
        const body = Buffer.concat([Buffer.from('date,description,amount\n'), bytes]);
        const result = readStatement(body, { ...format, decimalComma: comma });
        return 'reason' in result || Array.isArray(result.rows);
      }),
      { numRuns: 300 },
    );
  });
});

test('fingerprints tell rows apart by what they say and by their occurrence', () => {
  const row = { date: '2026-03-01', description: 'Rent', amountMinor: -1n, currency: 'USD' };
  const marks = fingerprints([row, row, { ...row, currency: 'EUR' }, { ...row, amountMinor: 1n }, row]);
  expect(marks.map(({ occurrence }) => occurrence)).toEqual([0, 1, 0, 0, 2]);
  expect(new Set(marks.map(({ hash }) => hash.toString('hex'))).size).toBe(3);
});
