import path from 'node:path';
import { runCommand } from '../command-line.ts';
import { Cluster, ClusterError, NotInstalled } from './cluster.ts';
import { install } from './install.ts';
import { type Options, parseOptions } from './options.ts';
import { trialIn } from './trial.ts';

const root = path.resolve(import.meta.dirname, '../..');
const say = (line: string) => process.stdout.write(`${line}\n`);

const commands: Record<Options['command'], (cluster: Cluster, options: Options) => Promise<void>> = {
  async install(cluster, options) {
    await install(cluster, options, say);
    say('');
    say('Open it:');
    say(`  kubectl --namespace ${options.namespace} port-forward service/finflow-web 8080:8080`);
    say('  http://localhost:8080');
    if (options.demo) say('  Demo login: demo@finflow.example / finflow-demo-2026');
  },
  async test(cluster, { namespace, timeoutSeconds }) {
    if (!(await cluster.valuesOf('finflow'))) throw nothingIn(namespace);
    await cluster.showHelm('test', 'finflow', '--logs', '--timeout', `${timeoutSeconds}s`);
  },
  async uninstall(cluster, { namespace, timeoutSeconds }) {
    const { finflow, finflowDev } = await trialIn(cluster, namespace);
    if (!(finflow || finflowDev)) throw nothingIn(namespace);
    for (const release of ['finflow', 'finflow-dev']) {
      await cluster.helm(['uninstall', release, '--ignore-not-found', '--wait', '--timeout', `${timeoutSeconds}s`]);
    }
    // Hooks are no part of a release to Helm, nor are the claims of a StatefulSet.
    await cluster.kubectl('delete', 'pods,jobs', '--selector=app.kubernetes.io/instance=finflow');
    await cluster.kubectl('delete', 'persistentvolumeclaims', '--selector=app.kubernetes.io/instance=finflow-dev');
    say(`Both releases and their data are gone; the namespace is left: kubectl delete namespace ${namespace}`);
  },
};

function nothingIn(namespace: string): ClusterError {
  return new ClusterError(
    `There is nothing of FinFlow in the namespace ${namespace}: \`npm run cluster -- install --namespace ${namespace}\`.`,
  );
}

/** @throws ClusterError when kubectl does not reach a cluster */
async function reach(cluster: Cluster): Promise<string> {
  try {
    const context = (await cluster.kubectl('config', 'current-context')).trim();
    await cluster.kubectl('get', '--raw', '/readyz', '--request-timeout=10s');
    return context;
  } catch (error) {
    if (!(error instanceof ClusterError) || error instanceof NotInstalled) throw error;
    throw new ClusterError(
      `kubectl does not reach a cluster: ${error.message}\n\`kubectl config get-contexts\` shows those it knows; KUBECONFIG ` +
        'names another file of them.',
    );
  }
}

await runCommand(path.join(import.meta.dirname, 'usage.txt'), async () => {
  const options = parseOptions(process.argv.slice(2));
  const cluster = new Cluster(root, options.namespace);
  say(`Cluster: ${await reach(cluster)}, namespace ${options.namespace}`);
  await commands[options.command](cluster, options);
  return 0;
});
