import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { parseOptions } from '../cluster/options.ts';
import { type Keeper, type Pod, stateOf, statesOf } from '../cluster/pods.ts';
import { run } from '../process.ts';

const root = path.resolve(import.meta.dirname, '../..');

describe('options', () => {
  test('without any it is the namespace finflow, with a demo company', () => {
    expect(parseOptions(['install'])).toEqual({
      command: 'install',
      namespace: 'finflow',
      tag: undefined,
      registry: undefined,
      values: [],
      demo: true,
      timeoutSeconds: 600,
    });
  });

  test.each<[string[], string]>([
    [[], 'Name a command.'],
    [['upgrade'], 'There is no command "upgrade".'],
    [['install', 'now'], '"now" is one word too many.'],
    [['install', '--namespace', 'Fin Flow'], '"Fin Flow" is no namespace'],
    [['install', '--tag', 'a/b'], '"a/b" is no tag'],
    [['install', '--timeout', '5m'], '--timeout is a number of seconds'],
    [['install', '--wait'], "Unknown option '--wait'."],
  ])('%j is refused', (args, sentence) => {
    expect(() => parseOptions(args)).toThrow(sentence);
  });
});

describe('a pod', () => {
  const pod = (status: Pod['status']): Pod => ({ metadata: { name: 'finflow-auth-1' }, status });
  const container = { name: 'auth', image: 'finflow/services:1', ready: false, restartCount: 0 };

  test('without its image is in trouble for want of that image', () => {
    const state = { waiting: { reason: 'ImagePullBackOff', message: 'no such host' } };
    expect(stateOf(pod({ phase: 'Pending', containerStatuses: [{ ...container, state }] }))).toMatchObject({
      is: 'in trouble',
      words: 'auth: ImagePullBackOff (no such host)',
      missingImage: 'finflow/services:1',
    });
  });

  test('whose containers are being made is on its way', () => {
    const state = { waiting: { reason: 'ContainerCreating' } };
    expect(stateOf(pod({ phase: 'Pending', containerStatuses: [{ ...container, state }] })).is).toBe('on its way');
  });

  test('that ends again and again is in trouble', () => {
    const state = { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 10s' } };
    expect(stateOf(pod({ phase: 'Running', containerStatuses: [{ ...container, state }] })).is).toBe('in trouble');
  });

  test('that fits on no node says why', () => {
    const conditions = [{ type: 'PodScheduled', status: 'False', message: '0/1 nodes are available' }];
    expect(stateOf(pod({ phase: 'Pending', conditions }))).toMatchObject({
      is: 'in trouble',
      words: 'on no node: 0/1 nodes are available',
    });
  });

  test('that is ready, or a Job’s that is done, is ready', () => {
    const conditions = [{ type: 'Ready', status: 'True' }];
    expect(stateOf(pod({ phase: 'Running', conditions, containerStatuses: [container] })).is).toBe('ready');
    expect(stateOf(pod({ phase: 'Succeeded' })).is).toBe('ready');
  });
});

describe('pods of a template that is no more', () => {
  const replicaSet = (uid: string, revision: string): Keeper => ({
    kind: 'ReplicaSet',
    metadata: {
      name: uid,
      uid,
      annotations: { 'deployment.kubernetes.io/revision': revision },
      ownerReferences: [{ kind: 'Deployment', uid: 'deployment' }],
    },
  });
  const statefulSet: Keeper = {
    kind: 'StatefulSet',
    metadata: { name: 'postgres', uid: 'postgres' },
    status: { updateRevision: 'postgres-2' },
  };
  const pod = (name: string, kind: string, uid: string, revision = ''): Pod => ({
    kind: 'Pod',
    metadata: { name, labels: { 'controller-revision-hash': revision }, ownerReferences: [{ kind, uid }] },
    status: { phase: 'Pending' },
  });

  test('are told from those of the new one', () => {
    const states = statesOf([
      replicaSet('old', '9'),
      replicaSet('new', '10'),
      statefulSet,
      pod('web-old', 'ReplicaSet', 'old'),
      pod('web-new', 'ReplicaSet', 'new'),
      pod('postgres-0', 'StatefulSet', 'postgres', 'postgres-1'),
      pod('postgres-1', 'StatefulSet', 'postgres', 'postgres-2'),
      pod('migrate', 'Job', 'migrate'),
    ]);
    expect(states.map(({ name, outdated }) => [name, outdated])).toEqual([
      ['web-old', 'Deployment'],
      ['web-new', undefined],
      ['postgres-0', 'StatefulSet'],
      ['postgres-1', undefined],
      ['migrate', undefined],
    ]);
  });
});

describe('the program', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'finflow-cluster-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  const cluster = (...args: string[]) =>
    run(process.execPath, ['scripts/cluster/main.ts', ...args], { cwd: root, env: { PATH: folder } });
  const fake = async (program: 'kubectl' | 'helm', script: string) => {
    await writeFile(path.join(folder, program), `#!/bin/sh\n${script}\n`);
    await chmod(path.join(folder, program), 0o755);
  };

  test('says what is not installed', async () => {
    expect(await cluster('install')).toMatchObject({
      exitCode: 1,
      output: 'kubectl is not installed, or not on the PATH.\n',
    });
  });

  test('says what kubectl says of a cluster that is not there', async () => {
    await fake('kubectl', '[ "$3" = config ] && echo away && exit 0; echo "connection refused" >&2; exit 1');
    const { exitCode, output } = await cluster('test');
    expect(exitCode).toBe(1);
    expect(output).toMatch(/^kubectl does not reach a cluster: connection refused\n`kubectl config get-contexts`/);
  });

  test('takes no warning of kubectl’s for its answer', async () => {
    await fake('kubectl', 'echo "W1123 metrics are away" >&2; [ "$3" = config ] && echo here; exit 0');
    await fake('helm', 'echo "{}"');
    expect(await cluster('test')).toMatchObject({ exitCode: 0, stdout: 'Cluster: here, namespace finflow\n{}\n' });
  });

  describe('in a namespace', () => {
    /** Answers as a cluster does, and keeps what was asked of helm and kubectl. */
    const clusterWith = async (environments: { finflow?: string; 'finflow-dev'?: string }) => {
      const keep = `>> ${folder}/asked`;
      await fake('kubectl', `echo "kubectl $*" ${keep}; [ "$3" = config ] && echo here; exit 0`);
      const values = Object.entries(environments).map(
        ([release, environment]) => `"get values ${release} "*) echo '{"environment":"${environment}"}'; exit 0;;`,
      );
      await fake(
        'helm',
        `echo "helm $*" ${keep}; shift 2; case "$*" in ${values.join(' ')} "get values "*) echo "Error: release: not found" >&2; exit 1;;
         *--dry-run*wrong.yaml*|*wrong.yaml*--dry-run*) echo "Error: wrong.yaml: no such file" >&2; exit 1;; esac; exit 0`,
      );
    };
    /** What was asked that changes something. */
    const changes = async () =>
      (await readFile(path.join(folder, 'asked'), 'utf8'))
        .split('\n')
        .filter((line) => /uninstall|create|delete|--wait/.test(line) && !line.includes('--dry-run'));

    test.each<[string, { finflow: string; 'finflow-dev'?: string }, string]>([
      ['of production', { finflow: 'production', 'finflow-dev': 'development' }, 'its environment is production'],
      ['on databases of its own', { finflow: 'development' }, 'it does not stand on finflow-dev'],
    ])('an installation %s is left alone', async (_whose, environments, reason) => {
      await clusterWith(environments);
      for (const command of ['install', 'uninstall']) {
        const { exitCode, output } = await cluster(command, '--namespace', 'theirs');
        expect(exitCode).toBe(1);
        expect(output).toContain('The release finflow in the namespace theirs is no trial that this command made');
        expect(output).toContain(reason);
      }
      expect(await changes()).toEqual([]);
    });

    test('with nothing there, tests and uninstalls say so', async () => {
      await clusterWith({});
      for (const command of ['test', 'uninstall']) {
        expect(await cluster(command, '--namespace', 'empty')).toMatchObject({
          exitCode: 1,
          output: expect.stringContaining('There is nothing of FinFlow in the namespace empty'),
        });
      }
      expect(await changes()).toEqual([]);
    });

    test('values that the chart does not take are found before anything is touched', async () => {
      await clusterWith({});
      const { exitCode, output } = await cluster('install', '--values', 'wrong.yaml');
      expect(exitCode).toBe(1);
      expect(output).toContain('wrong.yaml: no such file');
      expect(await changes()).toEqual([]);
    });

    test('a trial is taken away with what its hooks left', async () => {
      await clusterWith({ finflow: 'development', 'finflow-dev': 'development' });
      expect((await cluster('uninstall')).exitCode).toBe(0);
      expect(await changes()).toEqual([
        expect.stringContaining('uninstall finflow --'),
        expect.stringContaining('uninstall finflow-dev --'),
        expect.stringContaining('delete pods,jobs'),
        expect.stringContaining('delete persistentvolumeclaims'),
      ]);
    });
  });

  test('shows how it is used', async () => {
    const { exitCode, output } = await cluster('install', '--demo');
    expect(exitCode).toBe(2);
    expect(output).toMatch(/^Unknown option '--demo'\.[\s\S]*Usage: npm run cluster/);
  });
});
