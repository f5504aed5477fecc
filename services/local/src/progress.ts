/** Shows a person how far a long step is: one line that redraws on a terminal, a line a step elsewhere. */
export interface Progress {
  /** Begins a step; the one before it is done. */
  step(title: string): void;
  /** How much of the step is done, from 0 to 1. */
  at(fraction: number): void;
  /** Shows a line by itself, at any time. */
  say(line: string): void;
  /** Ends the last step. */
  done(): void;
  /** Leaves the step as it stands: it will not be done. */
  giveUp(): void;
}

const barWidth = 24;
/** From when on a step that tells nothing of its way shows how long it has taken so far. */
const LONG_MS = 3_000;

/** Progress on the given stream. */
export function terminalProgress(out: NodeJS.WriteStream, now: () => number = () => performance.now()): Progress {
  let title = '';
  let startedAt = 0;
  let percent = -1;
  let ticking: NodeJS.Timeout | undefined;
  const elapsedMs = () => now() - startedAt;
  const seconds = () => `${(elapsedMs() / 1000).toFixed(1)} s`;
  const clear = () => {
    if (title && out.isTTY) out.write('\r\u001b[2K');
  };
  const draw = () => {
    if (!title || !out.isTTY) return;
    const full = Math.round((percent / 100) * barWidth);
    const bar = `${'█'.repeat(Math.max(0, full))}${'░'.repeat(barWidth - full)} ${percent} %`;
    const waiting = elapsedMs() < LONG_MS ? '…' : `… ${Math.floor(elapsedMs() / 1000)} s`;
    out.write(`  ${title} ${percent < 0 ? waiting : bar}`);
  };
  const redraw = () => {
    clear();
    draw();
  };
  const finish = () => {
    clearInterval(ticking);
    if (!title) return;
    clear();
    out.write(out.isTTY ? `✓ ${title} (${seconds()})\n` : `${title}: done in ${seconds()}\n`);
    title = '';
  };
  return {
    step(next) {
      finish();
      title = next;
      startedAt = now();
      percent = -1;
      draw();
      if (out.isTTY) ticking = setInterval(redraw, 1_000).unref();
    },
    at(fraction) {
      const before = percent;
      percent = Math.floor(Math.min(1, Math.max(0, fraction)) * 100);
      if (percent === before) return;
      // A log file gets a line every quarter; a terminal a bar that moves.
      const quarters = Math.floor(percent / 25) - Math.floor(Math.max(0, before) / 25);
      if (out.isTTY) redraw();
      else if (quarters > 0 && percent < 100) out.write(`${title}: ${percent} %\n`);
    },
    say(line) {
      clear();
      out.write(`${line}\n`);
      draw();
    },
    done: finish,
    giveUp() {
      clearInterval(ticking);
      title = '';
    },
  };
}
