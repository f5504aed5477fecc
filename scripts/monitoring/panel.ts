/** One query and what its series are called. */
export interface Query {
  /** PromQL. `$scope` stands for the labels that the variables choose. */
  readonly expr: string;
  readonly legend: string;
}

/** One chart, or one number when `number` is set. */
export interface Panel {
  readonly title: string;
  /** What to look for in it: one sentence, seen on the panel's `i`. */
  readonly about: string;
  /** Grafana's name of the unit: `s`, `reqps`, `percentunit`, `short` … */
  readonly unit: string;
  readonly queries: readonly Query[];
  readonly number?: boolean;
  /** A line at this value; above it something is wrong. */
  readonly limit?: number;
}

export interface Row {
  readonly title: string;
  readonly panels: readonly Panel[];
}

export interface Dashboard {
  /** File name, and Grafana's id of it: links stay when the title changes. */
  readonly uid: string;
  readonly title: string;
  readonly about: string;
  readonly rows: readonly Row[];
}
