import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';
import type { FieldTree } from '@angular/forms/signals';
import { Code } from '@connectrpc/connect';
import type { Problem } from '../api/problem.ts';
import { ProblemPanel } from '../ui/problem-panel.ts';

/** Why the last submission of a form failed, with whatever the service said of fields the form does not show. */
@Component({
  selector: 'ff-form-problem',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [ProblemPanel],
  template: `
    @if (shown(); as problem) {
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
  // The fields say what is wrong with them; a service's summary for programs would only say it again.
  protected readonly shown = computed<Problem | null>(() => {
    const problem = this.problem();
    const fields = Object.keys(problem?.fields ?? {}).length;
    if (!problem || problem.code !== Code.InvalidArgument || fields === 0) return problem;
    return { ...problem, message: fields === 1 ? 'Check the marked field.' : 'Check the marked fields.' };
  });
  protected readonly lines = computed(() =>
    (this.form()?.().errors() ?? []).flatMap(({ message }) => (message ? [message] : [])),
  );
}
