import type { FieldTree, ValidationError } from '@angular/forms/signals';
import type { Problem } from '../api/problem.ts';

/** What a submission came to: the fields that are wrong, none when it succeeded. */
export type SubmissionErrors = ValidationError.WithFieldTree[];

/** Finds the form's field for a path of the request; undefined when the form shows none for it. */
export type FieldAt = (path: string) => FieldTree<unknown> | undefined;

/**
 * What the service said about single fields, as errors of the form's fields: shown beside them until they are changed,
 * the first of them focused. What concerns no field of the form is for {@link FormProblem} to say.
 */
export function serverErrors(problem: Problem | null, form: FieldTree<unknown>, fieldAt: FieldAt): SubmissionErrors {
  const errors = Object.entries(problem?.fields ?? {}).flatMap(([path, message]) => {
    const fieldTree = fieldAt(path);
    return fieldTree ? [{ kind: 'server', message, fieldTree }] : [];
  });
  // The form takes them over when this turn is done.
  if (errors.length > 0) setTimeout(() => focusFirstError(form));
  return errors;
}

/** Moves the focus to the first field that is wrong, so that nobody has to look for it. */
export function focusFirstError(form: FieldTree<unknown>): void {
  form().errorSummary()[0]?.fieldTree().focusBoundControl();
}
