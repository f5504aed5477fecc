import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';

// The platform restarts when a file it imports changes; the web app reloads by itself and sends its calls to it.
const root = path.dirname(import.meta.dirname);
const children = [
  start(['--watch', '--watch-preserve-output', 'services/local/src/main.ts', ...process.argv.slice(2)], root),
  start([path.join(root, 'node_modules/@angular/cli/bin/ng.js'), 'serve'], path.join(root, 'web')),
];

function start(args: readonly string[], cwd: string): ChildProcess {
  return spawn(process.execPath, args, { cwd, stdio: 'inherit' });
}

function stopAll(signal: NodeJS.Signals): void {
  for (const child of children) child.kill(signal);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopAll(signal));
for (const child of children) {
  child.once('exit', (code) => {
    process.exitCode ||= code ?? 0;
    stopAll('SIGTERM');
  });
}
process.stderr.write('The live web app: http://localhost:4200 (it uses the platform on port 3000).\n');
