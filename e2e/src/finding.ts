/** In which way the platform and what it acknowledged disagree. */
export type FindingKind = 'lost' | 'doubled' | 'reordered' | 'wrong';

/** One disagreement, in a sentence. */
export interface Finding {
  readonly kind: FindingKind;
  readonly what: string;
}

export const lost = (what: string): Finding => ({ kind: 'lost', what });
export const doubled = (what: string): Finding => ({ kind: 'doubled', what });
export const reordered = (what: string): Finding => ({ kind: 'reordered', what });
/** Neither lost nor doubled for certain, but not as it must be. */
export const wrong = (what: string): Finding => ({ kind: 'wrong', what });

/** The findings as lines, the first twenty of them: after a loss, what follows from it says little more. */
export function describe(findings: readonly Finding[]): string {
  const lines = findings.slice(0, 20).map(({ kind, what }) => `${kind}: ${what}`);
  if (findings.length > 20) lines.push(`… and ${findings.length - 20} more`);
  return lines.join('\n');
}
