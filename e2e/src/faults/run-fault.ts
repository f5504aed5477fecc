import { setTimeout as delay } from 'node:timers/promises';
import { type Finding, lost, wrong } from '../finding.ts';
import { seededRandom } from '../seeded-random.ts';
import { check } from './check/check.ts';
import { deadLetterName } from './check/dead-letters.ts';
import type { Fault, FaultContext } from './fault.ts';
import { Load } from './load.ts';
import { countOf, type FaultResult, machine } from './result.ts';
import type { Stage } from './stage.ts';
import { commit, versions } from './versions.ts';

const COMPANIES = 4;
const WARM_UP_MS = 3_000;
const LONGEST_RECOVERY_MS = 120_000;
const FINDINGS_KEPT = 20;

export interface RunFaultOptions {
  readonly fault: Fault;
  readonly seed: number;
  readonly stage: Stage;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

/** Puts load on the cluster, lets the fault happen, and holds what is there afterwards against what was acknowledged. */
export async function runFault({ fault, seed, stage, signal, say }: RunFaultOptions): Promise<FaultResult> {
  const { cluster, witness } = stage;
  const findings: Finding[] = [];
  const notes: Record<string, string> = {};
  const eventsBefore = witness.written.size;
  let fromOutside = 0;
  let mustComeAgain = 0;
  const load = await Load.register(cluster.address, COMPANIES, seed);
  const pause = async (ms: number) => {
    await delay(ms, undefined, { signal });
  };
  let healedAtMs: number | undefined;
  const context: FaultContext = {
    ...{ cluster, load, witness, signal, pause, say },
    random: seededRandom(seed),
    healed: () => {
      healedAtMs ??= performance.now();
    },
    note: (name, value) => {
      notes[name] = value;
    },
    find: (finding) => void findings.push(finding),
    expectDeadLetter: (key, groups) => {
      fromOutside += 1;
      for (const group of groups) stage.deadLetters.add(deadLetterName(group, key));
    },
    expectProducedAgain: (times) => {
      mustComeAgain += times;
    },
  };
  const quiet = new AbortController();
  const listening = witness.keepListening(quiet.signal);
  load.start();
  try {
    await pause(WARM_UP_MS);
    await fault.run(context).catch((error: unknown) => {
      signal.throwIfAborted();
      findings.push(wrong(`it could not be gone through with: ${error instanceof Error ? error.stack : error}`));
    });
    context.healed();
    say('healed; waiting until everything agrees');
    await load.stop();
  } finally {
    load.abandon();
    quiet.abort();
    await listening;
  }
  const {
    agreedAtMs,
    findings: disagreements,
    records,
  } = await check({
    ...{ cluster, load, witness, signal, say },
    deadLetters: stage.deadLetters,
    otherPayments: stage.payments,
    withinMs: LONGEST_RECOVERY_MS,
  });
  for (const { payments } of load.histories) for (const id of payments.keys()) stage.payments.add(id);
  findings.push(...load.findings, ...disagreements);
  for (const how of cluster.services.endings.takeUnexplained())
    findings.push(wrong(`a service ended that nobody had killed: ${how}`));
  if (disagreements.length === 0 && records !== undefined) {
    const surplus = records - witness.written.size;
    const again = surplus - stage.surplus - fromOutside;
    // Every group has committed them all, and everything agrees all the same.
    if (again > 0) context.note('events produced again', `${again}, each with one effect`);
    if (again < 0) findings.push(lost(`the topics hold ${-again} records less than events were written`));
    if (again < mustComeAgain)
      findings.push(wrong(`${again} events were produced again, not ${mustComeAgain}: it did not bite`));
    stage.surplus = surplus;
  }
  const { sent, acknowledged, retries } = load.figures;
  if (retries > 0) say(`sent again: ${load.refusals.slice(0, 5).join('; ')}`);
  if (fault.invisible && retries > 0)
    findings.push(wrong(`${retries} requests failed because of it: ${load.refusals.slice(0, 5).join('; ')}`));
  return {
    ...{ fault: fault.name, about: fault.about, seed, notes, acknowledged },
    date: new Date().toISOString().slice(0, 10),
    machine: machine(),
    versions: await versions(),
    commit: await commit(),
    requests: sent,
    again: retries,
    lost: countOf(findings, 'lost'),
    doubled: countOf(findings, 'doubled'),
    reordered: countOf(findings, 'reordered'),
    wrong: countOf(findings, 'wrong'),
    events: witness.written.size - eventsBefore,
    recoverySeconds: Math.round((agreedAtMs - (healedAtMs ?? agreedAtMs)) / 100) / 10,
    findings: findings.slice(0, FINDINGS_KEPT).map(({ kind, what }) => `${kind}: ${what}`),
  };
}
