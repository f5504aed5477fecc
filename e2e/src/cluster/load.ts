import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { apply, type Stage } from './stage.ts';

/** What the load saw. */
export interface LoadReport {
  readonly sent: number;
  readonly seconds: number;
  /** A line each: when, what, why. */
  readonly failed: readonly string[];
  /** Invoices whose making was answered for, and how many of them are not there at the end. */
  readonly acknowledged: number;
  readonly lost: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

export interface GrpcLoadReport {
  readonly sent: number;
  /** What each said. */
  readonly failed: readonly string[];
}

/** Label `app` of the pod that makes the load. */
export const loadPod = 'finflow-load';
/** Requests a second. */
const RATE = 50;
const name = loadPod;

/** Requests of a company, from a pod through the web's Service, at an even rate while `work` is done. */
export async function underLoad(stage: Stage, work: () => Promise<void>): Promise<LoadReport> {
  return JSON.parse(await load(stage, 'load-program.mts', { RATE }, work)) as LoadReport;
}

/** The same of one method, by as many clients who ask again as soon as they are answered. */
export async function underClients(
  stage: Stage,
  { method, clients }: { readonly method: string; readonly clients: number },
  work: () => Promise<void>,
): Promise<LoadReport> {
  return JSON.parse(await load(stage, 'load-program.mts', { CLIENTS: clients, METHOD: method }, work)) as LoadReport;
}

/** Calls on payments' gRPC port, by the client that our services have, while `work` is done. */
export async function underGrpcLoad(stage: Stage, work: () => Promise<void>): Promise<GrpcLoadReport> {
  return JSON.parse(await load(stage, 'grpc-load-program.mts', { RATE }, work)) as GrpcLoadReport;
}

/** The last line of what a program says that puts load on FinFlow while `work` is done. */
async function load(
  stage: Stage,
  program: string,
  how: Readonly<Record<string, string | number>>,
  work: () => Promise<void>,
): Promise<string> {
  await apply(stage, [
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name },
      data: { [program]: await readFile(path.join(import.meta.dirname, program), 'utf8') },
    },
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, labels: { app: name } },
      spec: {
        restartPolicy: 'Never',
        automountServiceAccountToken: false,
        securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: 'RuntimeDefault' } },
        terminationGracePeriodSeconds: 60,
        containers: [
          {
            name: 'load',
            image: `finflow/services:${stage.tag}`,
            // Among the image's packages, so that it may use them.
            args: [`/app/${program}`],
            env: [
              { name: 'URL', value: 'http://finflow-web:8080' },
              { name: 'ADDRESS', value: 'finflow-payments-grpc:9090' },
              ...Object.entries(how).map(([name, value]) => ({ name, value: String(value) })),
            ],
            securityContext: {
              allowPrivilegeEscalation: false,
              readOnlyRootFilesystem: true,
              capabilities: { drop: ['ALL'] },
            },
            resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '256Mi' } },
            volumeMounts: [{ name: 'load', mountPath: `/app/${program}`, subPath: program, readOnly: true }],
          },
        ],
        volumes: [{ name: 'load', configMap: { name } }],
      },
    },
  ]);
  try {
    await running(stage);
    await work();
    // Told to stop, it says what it saw and ends; a pod that is deleted may take its last words with it.
    await stage.cluster.kubectl('exec', name, '--', '/nodejs/bin/node', '--eval', "process.kill(1, 'SIGTERM')");
    await stage.cluster.kubectl('wait', `pod/${name}`, '--for=jsonpath={.status.phase}=Succeeded', '--timeout=120s');
    return (await said(stage)).trim().split('\n').at(-1) ?? '';
  } finally {
    await stage.cluster.kubectl('delete', 'pod,configmap', name, '--ignore-not-found');
  }
}

/** Waits until the load has begun. */
async function running(stage: Stage): Promise<void> {
  await stage.cluster.kubectl('wait', `pod/${name}`, '--for=condition=Ready', '--timeout=60s');
  while (!(await said(stage)).startsWith('running\n')) {
    const phase = await stage.cluster.kubectl('get', 'pod', name, '--output', 'jsonpath={.status.phase}');
    if (phase !== 'Running') throw new Error(`The load ended early:\n${await said(stage)}`);
    await delay(500);
  }
}

/** What the load has said so far. */
async function said({ cluster }: Stage): Promise<string> {
  return await cluster.kubectl('logs', name);
}
