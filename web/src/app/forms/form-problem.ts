import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';
import type { FieldTree } from '@angular/forms/signals';
import type { Problem } from '../api/problem.ts';
import { ProblemPanel } from '../ui/problem-panel.ts';

/** Why the last submission of a form failed, with whatever the service said of fields the form does not show. */
@Component({
  selector: 'ff-form-problem',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [ProblemPanel],
  template: `
    @if (problem(); as problem) {
      <ff-problem [problem]="problem" />
    }
    @for (line of lines(); track line) {
      <p role="alert">{{ line }}</p>
    }
  `,
  styles: `
    :host {
      display: grid;
      gap: var(--ff-space-2);
    }

    :host:empty {
      display: none;
    }

    p {
      color: var(--ff-negative);
      font: var(--ff-small);
    }
  `,
})
export class FormProblem {
  readonly problem = input<Problem | null>(null);
  readonly form = input<FieldTree<unknown>>();
  protected readonly lines = computed(() =>
    (this.form()?.().errors() ?? []).flatMap(({ message }) => (message ? [message] : [])),
  );
}
