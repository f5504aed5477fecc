import path from 'node:path';
import { runCommand } from '../command-line.ts';
import { Cluster } from './cluster.ts';
import { install } from './install.ts';
import { type Options, parseOptions } from './options.ts';

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
  async test(cluster, { timeoutSeconds }) {
    await cluster.showHelm('test', 'finflow', '--logs', '--timeout', `${timeoutSeconds}s`);
  },
  async uninstall(cluster, { namespace, timeoutSeconds }) {
    for (const release of ['finflow', 'finflow-dev']) {
      await cluster.helm(['uninstall', release, '--ignore-not-found', '--wait', '--timeout', `${timeoutSeconds}s`]);
    }
    await cluster.kubectl('delete', 'persistentvolumeclaims', '--selector=app.kubernetes.io/instance=finflow-dev');
    say(`Both releases and their data are gone; the namespace is left: kubectl delete namespace ${namespace}`);
  },
};

await runCommand(path.join(import.meta.dirname, 'usage.txt'), async () => {
  const options = parseOptions(process.argv.slice(2));
  const cluster = new Cluster(root, options.namespace);
  const context = (await cluster.kubectl('config', 'current-context')).trim();
  await cluster.kubectl('get', '--raw', '/readyz', '--request-timeout=10s');
  say(`Cluster: ${context}`);
  await commands[options.command](cluster, options);
  return 0;
});
