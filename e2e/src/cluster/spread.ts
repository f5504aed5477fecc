import { setTimeout as delay } from 'node:timers/promises';
import { claim, readyPods, type Stage } from './stage.ts';

const WINDOW_MS = 3_000;
/** Prints what a pod has counted of itself: there is no shell in the image, and no policy lets strangers in. */
const METRICS = "fetch('http://127.0.0.1:9464/metrics').then(async (answer) => console.log(await answer.text()))";

/**
 * Waits until the busiest pod of a service gets at most `unevenness` times the mean of calls, measured over some seconds.
 *
 * @returns what was seen, in words
 * @throws Disproved
 */
export async function spread(
  stage: Stage,
  component: string,
  { unevenness, withinMs }: { readonly unevenness: number; readonly withinMs: number },
): Promise<string> {
  const startedAt = performance.now();
  const pods = await readyPods(stage, component);
  let before = await Promise.all(pods.map((pod) => calls(stage, pod, 'ListPayments')));
  for (;;) {
    await delay(WINDOW_MS);
    const after = await Promise.all(pods.map((pod) => calls(stage, pod, 'ListPayments')));
    const each = after.map((count, index) => count - (before[index] ?? 0));
    before = after;
    const total = each.reduce((sum, count) => sum + count, 0);
    const ratio = (Math.max(...each) * each.length) / total;
    const elapsedMs = performance.now() - startedAt;
    const seen = `${each.join(', ')} calls, max/mean ${ratio.toFixed(2)}, ${(elapsedMs / 1000).toFixed(0)} s after the last pod was ready`;
    if (total > 0 && ratio <= unevenness && elapsedMs <= withinMs) return seen;
    stage.say(seen);
    claim(elapsedMs <= withinMs, `Calls do not spread evenly: ${seen}.`);
  }
}

/** Calls of a method that a pod has answered. */
export async function calls({ cluster }: Stage, pod: string, method: string): Promise<number> {
  const text = await cluster.kubectl('exec', pod, '--', '/nodejs/bin/node', '--eval', METRICS);
  return text
    .split('\n')
    .filter((line) => /^rpc_server_call_duration.*_count\{/.test(line) && line.includes(method))
    .reduce(
      (sum, line) =>
        sum +
        Number(
          line
            .slice(line.lastIndexOf('}') + 1)
            .trim()
            .split(' ')[0],
        ),
      0,
    );
}
