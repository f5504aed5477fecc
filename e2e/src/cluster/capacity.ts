import { setTimeout as delay } from 'node:timers/promises';
import { underClients } from './load.ts';
import { calls } from './spread.ts';
import { claim, readyPods, type Stage, type Step, settled } from './stage.ts';

const WARM_UP_MS = 5_000;
const WINDOW_MS = 15_000;
const CLIENTS = 16;
/** A method of each service that its people call most. */
const methods = [
  { component: 'auth', method: 'GetMe' },
  { component: 'payments', method: 'ListPayments' },
  { component: 'accounting', method: 'CreateInvoice' },
  { component: 'analytics', method: 'GetDashboard' },
];
/** Prints the CPU time of the container's own process, in ticks of 10 ms. */
const CPU = "console.log(fs.readFileSync('/proc/1/stat', 'utf8').split(') ')[1].split(' ').slice(11, 13).join(' '))";

/** What one pod does when it is asked without a pause. Claims no figure, because nodes differ. */
export const capacity: readonly Step[] = methods.map(({ component, method }) => ({
  name: `one pod of ${component}, ${CLIENTS} clients through the web app's address, ${method}`,
  async run(stage) {
    const deployment = `deployment/finflow-${component}`;
    await stage.cluster.kubectl('scale', deployment, '--replicas=1');
    await settled(stage, component);
    try {
      const [pod] = await readyPods(stage, component);
      claim(pod !== undefined, `No pod of ${component} is ready.`);
      let seen = '';
      const report = await underClients(stage, { method, clients: CLIENTS }, async () => {
        await delay(WARM_UP_MS);
        const before = await look(stage, String(pod), method);
        await delay(WINDOW_MS);
        const after = await look(stage, String(pod), method);
        const answered = after.calls - before.calls;
        const seconds = (after.at - before.at) / 1000;
        const cpuMs = after.cpuMs - before.cpuMs;
        seen = `${(answered / seconds).toFixed(0)} requests/s, ${(cpuMs / answered).toFixed(2)} ms of the pod's CPU each, ${(cpuMs / seconds / 1000).toFixed(2)} cores`;
      });
      claim(report.failed.length === 0, `${report.failed.length} requests failed: ${report.failed[0]}`);
      return `${seen}; p50 ${report.p50} ms, p99 ${report.p99} ms`;
    } finally {
      await stage.cluster.kubectl('scale', deployment, '--replicas=2');
      await settled(stage, component);
    }
  },
}));

/** How much a pod has done since it started. */
async function look(stage: Stage, pod: string, method: string) {
  const answered = await calls(stage, pod, method);
  const ticks = await stage.cluster.kubectl('exec', pod, '--', '/nodejs/bin/node', '--eval', CPU);
  const cpuMs = ticks.split(' ').reduce((sum, each) => sum + Number(each) * 10, 0);
  return { at: performance.now(), calls: answered, cpuMs };
}
