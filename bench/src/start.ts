import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { removeWithData } from '@finflow/chassis/database/embedded-data-dir';
import { figure, type Report } from './measure.ts';

const root = resolve(import.meta.dirname, '../..');
const port = 28_000 + Math.floor(Math.random() * 4_000);
/** What the start left to be tidied is tidied by then. */
const settleMs = 20_000;

/** Starts the platform again and again on one folder that holds the demo company. */
export async function benchStart(rounds: number): Promise<Report> {
  const folder = await mkdtemp(join(tmpdir(), 'finflow-bench-'));
  try {
    const first = await start(folder);
    await first.stop();
    const [ready, memory]: [number[], number[]] = [[], []];
    for (let round = 1; round <= rounds; round++) {
      process.stderr.write(`Round ${round} of ${rounds} …\n`);
      const platform = await start(folder);
      ready.push(platform.seconds);
      await delay(settleMs);
      memory.push(await proportionalMegabytes(platform.pid));
      await platform.stop();
    }
    return {
      bench: 'start',
      figures: [
        figure('first start with demo company, to the first page', 's', [first.seconds]),
        figure('warm start to the first page', 's', ready),
        figure('idle memory, all processes (proportional set size)', 'MB', memory),
      ],
    };
  } finally {
    await removeWithData(folder);
  }
}

async function start(folder: string) {
  const began = performance.now();
  const args = [join(root, 'services/local/src/main.ts'), '--port', String(port), '--data', folder];
  const child: ChildProcess = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const exited = once(child, 'exit');
  const pid = child.pid;
  if (pid === undefined) throw new Error('The platform could not be started.');
  while (!(await firstPage())) {
    if (child.exitCode !== null) throw new Error('The platform ended before it was ready.');
    await delay(10);
  }
  return {
    pid,
    seconds: (performance.now() - began) / 1000,
    async stop() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

async function firstPage(): Promise<boolean> {
  return await fetch(`http://127.0.0.1:${port}/`).then(
    (answer) => answer.ok,
    () => false,
  );
}

/** Proportional set size of a process and its descendants: memory that PostgreSQL's processes share counts once. */
async function proportionalMegabytes(pid: number): Promise<number> {
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
  const own = Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? 0) / 1000;
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
  const children = await Promise.all(
    threads.map((id) => readFile(`/proc/${pid}/task/${id}/children`, 'utf8').catch(() => '')),
  );
  const pids = children.flatMap((text) => text.trim().split(/\s+/).filter(Boolean)).map(Number);
  const below = await Promise.all(pids.map(proportionalMegabytes));
  return own + below.reduce((sum, megabytes) => sum + megabytes, 0);
}
