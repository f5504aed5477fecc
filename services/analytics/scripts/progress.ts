const WIDTH = 30;

/** A bar on standard error that redraws itself on a terminal and prints one line a step elsewhere. */
export function progressBar(label: string): (done: number, total: number, note?: string) => void {
  return (done, total, note = '') => {
    const filled = Math.round((WIDTH * done) / Math.max(1, total));
    const line = `${label} [${'█'.repeat(filled)}${'·'.repeat(WIDTH - filled)}] ${done}/${total} ${note}`;
    const ending = process.stderr.isTTY && done < total ? '' : '\n';
    process.stderr.write(process.stderr.isTTY ? `\r${line}\x1b[K${ending}` : `${line}\n`);
  };
}
