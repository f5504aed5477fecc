/** Where a command writes: results to the output, everything about them to the error stream. */
export interface Terminal {
  readonly out: NodeJS.WritableStream;
  readonly err: NodeJS.WritableStream & { readonly isTTY?: boolean };
}

/** Columns as wide as their widest cell; the first row is their titles. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

/** Sentences, each on a line of its own. */
export function lines(sentences: readonly string[]): string {
  return sentences.map((sentence) => `${sentence}\n`).join('');
}

/** `1 dead letter`, `2 dead letters`. */
export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

/** An instant to the second, in UTC. */
export function instantText(instant: Date): string {
  return `${instant.toISOString().slice(0, 19)}Z`;
}

/** One line that redraws on a terminal; elsewhere a line every few seconds. */
export class ProgressLine {
  readonly #err: Terminal['err'];
  #shownAtMs = performance.now();
  #open = false;

  constructor({ err }: Terminal) {
    this.#err = err;
  }

  show(line: string): void {
    if (this.#err.isTTY) {
      this.#err.write(`\r\u001b[2K${line}`);
      this.#open = true;
    } else if (performance.now() - this.#shownAtMs >= 5_000) {
      this.#err.write(`${line}\n`);
      this.#shownAtMs = performance.now();
    }
  }

  /** Leaves the terminal's line for what comes. */
  end(): void {
    if (this.#open) this.#err.write('\r\u001b[2K');
    this.#open = false;
  }
}
