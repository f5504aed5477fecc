import type { FieldTree, ValidationError } from '@angular/forms/signals';
import type { Problem } from '../api/problem.ts';

/** What a submission came to: the fields that are wrong, none when it succeeded. */
export type SubmissionErrors = ValidationError.WithFieldTree[];

/**
 * What the service said about single fields, as errors of the form's fields: shown beside them until they are changed.
 * `fieldAt` finds the form's field for a path of the request; what it does not know is shown for the form as a whole.
 */
export function serverErrors(
  problem: Problem | null,
  form: FieldTree<unknown>,
  fieldAt: (path: string) => FieldTree<unknown> | undefined,
): SubmissionErrors {
  return Object.entries(problem?.fields ?? {}).map(([path, description]) => {
    const field = fieldAt(path);
    const message = field ? description : `${path.replaceAll('_', ' ')}: ${description}`;
    return { kind: 'server', message: sentence(message), fieldTree: field ?? form };
  });
}

function sentence(text: string): string {
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
}

/** Moves the focus to the first field that is wrong, so that nobody has to look for it. */
export function focusFirstError(form: FieldTree<unknown>): void {
  form().errorSummary()[0]?.fieldTree().focusBoundControl();
}
