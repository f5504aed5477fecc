import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';
import type { Problem } from '../api/problem.ts';
import { ProblemPanel } from '../ui/problem-panel.ts';
import type { FieldAt } from './server-errors.ts';

/** Why the last submission of a form failed, unless its fields say all of it. */
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

  protected readonly shown = computed(() => {
    const problem = this.problem();
    const paths = Object.keys(problem?.fields ?? {});
    return paths.length > 0 && paths.every((path) => this.fieldAt()(path)) ? null : problem;
  });
}
