/** Shows a person how far a long step is: one line that redraws on a terminal, a line a step elsewhere. */
export interface Progress {
  /** Begins a step; the one before it is done. */
  step(title: string): void;
  /** How much of the step is done, from 0 to 1. */
  at(fraction: number): void;
  /** Ends the last step. */
  done(): void;
}

const barWidth = 24;

/** Progress on the given stream. */
export function terminalProgress(out: NodeJS.WriteStream, now: () => number = () => performance.now()): Progress {
  let title = '';
  let startedAt = 0;
  let shown = -1;
  const seconds = () => `${((now() - startedAt) / 1000).toFixed(1)} s`;
  const finish = () => {
    if (!title) return;
    if (out.isTTY) out.write(`\r\u001b[2K✓ ${title} (${seconds()})\n`);
    else out.write(`${title}: done in ${seconds()}\n`);
    title = '';
  };
  return {
    step(next) {
      finish();
      title = next;
      startedAt = now();
      shown = -1;
      if (out.isTTY) out.write(`  ${title} …`);
    },
    at(fraction) {
      const percent = Math.floor(Math.min(1, Math.max(0, fraction)) * 100);
      // A log file gets a line every quarter; a terminal a bar that moves.
      if (out.isTTY && percent !== shown) {
        const full = Math.round((percent / 100) * barWidth);
        out.write(`\r\u001b[2K  ${title} ${'█'.repeat(full)}${'░'.repeat(barWidth - full)} ${percent} %`);
        shown = percent;
      } else if (!out.isTTY && Math.floor(percent / 25) > Math.floor(Math.max(0, shown) / 25) && percent < 100) {
        out.write(`${title}: ${percent} %\n`);
        shown = percent;
      }
    },
    done: finish,
  };
}
