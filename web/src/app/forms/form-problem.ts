import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';
import { Code } from '@connectrpc/connect';
import type { Problem } from '../api/problem.ts';
import { ProblemPanel } from '../ui/problem-panel.ts';
import type { FieldAt } from './server-errors.ts';

/** Why the last submission of a form failed, as far as its fields do not say it. */
@Component({
  selector: 'ff-form-problem',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [ProblemPanel],
  template: `
    @if (shown(); as problem) {
      <ff-problem [problem]="problem" />
    }
  `,
  styles: `
    :host:not(:has(ff-problem)) {
      display: none;
    }
  `,
})
export class FormProblem {
  readonly problem = input<Problem | null>(null);
  /** Where the form shows what is wrong with a field. */
  readonly fieldAt = input.required<FieldAt>();

  protected readonly shown = computed<Problem | null>(() => {
    const problem = this.problem();
    const fields = Object.entries(problem?.fields ?? {});
    const elsewhere = fields.filter(([path]) => !this.fieldAt()(path));
    if (!problem || fields.length === 0) return problem;
    if (elsewhere.length === 0) return null;
    // Of other refusals the message says what is wrong; of these, that something is.
    if (problem.code !== Code.InvalidArgument) return problem;
    const sentences = elsewhere.map(([path, sentence]) =>
      sentence === problem.message ? sentence : `${nameOf(path)}: ${sentence}`,
    );
    return { ...problem, message: [...new Set(sentences)].join('\n') };
  });
}

/** A path of a request in words: `line_items[2].unit_price` is “Line items 3, unit price”. */
function nameOf(path: string): string {
  const words = path
    .replace(/\[(\d+)\]/g, (_, index: string) => ` ${Number(index) + 1}`)
    .replaceAll('.', ', ')
    .replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
