/** How a bank's CSV file is to be read. */
export interface StatementFormat {
  /** Which column holds what: a name of the header row, whatever its case, or a number from 1; '' for none. */
  readonly columns: StatementColumns;
  readonly dateOrder: DateOrder;
  /** Amounts are written `1.234,56` rather than `1,234.56`. */
  readonly decimalComma: boolean;
  /** ISO 4217 code of rows that name none. */
  readonly currency: string;
}

export interface StatementColumns {
  readonly date: string;
  readonly description: string;
  readonly amount: string;
  readonly debit: string;
  readonly credit: string;
  readonly currency: string;
}

export type DateOrder = 'year-month-day' | 'day-month-year' | 'month-day-year';

/** One transaction of a file. */
export interface StatementRow {
  readonly date: string;
  readonly description: string;
  /** Below zero for money going out. */
  readonly amountMinor: bigint;
  readonly currency: string;
}

/** A row that could not be read. */
export interface RowError {
  /** From 1, the header counted. */
  readonly row: number;
  /** As the file names it; '' when it is the whole row. */
  readonly column: string;
  readonly description: string;
}

export interface Statement {
  readonly rows: readonly StatementRow[];
  readonly errors: readonly RowError[];
}

/** Why a file cannot be read at all. A value, not an error, because errors lose their class between threads. */
export interface StatementProblem {
  readonly reason: 'CSV_UNREADABLE' | 'CSV_COLUMN_NOT_FOUND' | 'CSV_TOO_MANY_ROWS';
  readonly field: string;
  readonly description: string;
  readonly metadata?: Readonly<Record<string, string>>;
}
