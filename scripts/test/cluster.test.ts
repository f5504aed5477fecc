import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { parseOptions } from '../cluster/options.ts';
import { type Pod, stateOf } from '../cluster/pods.ts';
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
    expect(await cluster('test')).toMatchObject({ exitCode: 1, output: 'connection refused\n' });
  });

  test('takes no warning of kubectl’s for its answer', async () => {
    await fake('kubectl', 'echo "W1123 metrics are away" >&2; [ "$3" = config ] && echo here; exit 0');
    await fake('helm', 'exit 0');
    expect(await cluster('test')).toMatchObject({ exitCode: 0, stdout: 'Cluster: here\n' });
  });

  test('shows how it is used', async () => {
    const { exitCode, output } = await cluster('install', '--demo');
    expect(exitCode).toBe(2);
    expect(output).toMatch(/^Unknown option '--demo'\.[\s\S]*Usage: npm run cluster/);
  });
});
