import { arch, cpus, platform, release, totalmem } from 'node:os';
import type { Finding, FindingKind } from '../finding.ts';

/** What came of one fault with one seed. */
export interface FaultResult {
  readonly fault: string;
  readonly about: string;
  readonly seed: number;
  /** Calendar date of the run. */
  readonly date: string;
  readonly machine: string;
  readonly versions: string;
  /** FinFlow's own, abbreviated; with a + when files had been changed since. */
  readonly commit: string;
  /** Requests sent, those sent again too. */
  readonly requests: number;
  readonly acknowledged: number;
  /** Requests sent again because the fault kept their answer away. */
  readonly again: number;
  readonly lost: number;
  readonly doubled: number;
  readonly reordered: number;
  /** Disagreements of another kind. */
  readonly wrong: number;
  /** Events that were committed and reached every consumer. */
  readonly events: number;
  /** From the healing to the first moment at which everything agreed. */
  readonly recoverySeconds: number;
  /** What the fault itself measured. */
  readonly notes: Readonly<Record<string, string>>;
  /** The first findings, in sentences. */
  readonly findings: readonly string[];
}

export function countOf(findings: readonly Finding[], kind: FindingKind): number {
  return findings.filter((finding) => finding.kind === kind).length;
}

/** The machine of this run, in a few words. */
export function machine(): string {
  const cores = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${cores.length} cores (${cores[0]?.model.trim() ?? arch()}), ${memory} GiB, ${platform()} ${release()}`;
}
