import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { Disproved, type Stage } from './stage.ts';

/** The tests of the journeys, by curl and in Chromium, on the web's Service through a port of this machine. */
export async function journeysThrough({ namespace, root }: Stage): Promise<string> {
  const startedAt = performance.now();
  const forward = spawn('kubectl', ['--namespace', namespace, 'port-forward', 'service/finflow-web', ':8080'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const port = await new Promise<string>((resolve, reject) => {
      forward.once('error', reject);
      forward.once('exit', (code) => reject(new Disproved(`kubectl port-forward ended with ${code}.`)));
      forward.stdout.on('data', (chunk) => {
        const forwarded = /127\.0\.0\.1:(\d+)/.exec(String(chunk))?.[1];
        if (forwarded !== undefined) resolve(forwarded);
      });
    });
    const tests = spawn(
      process.execPath,
      [path.join(root, 'scripts/run.mjs'), 'test', 'curl-journey', 'browser-journey'],
      {
        cwd: root,
        env: { ...process.env, FINFLOW_URL: `http://localhost:${port}` },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    let output = '';
    for (const stream of [tests.stdout, tests.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
    const [code] = await once(tests, 'exit');
    if (code !== 0) throw new Disproved(output.slice(-8_000));
    const counts = output.trim().split('\n').at(-1);
    return `${counts}, in ${((performance.now() - startedAt) / 1000).toFixed(0)} s`;
  } finally {
    forward.kill();
  }
}
