import { Pipe, type PipeTransform } from '@angular/core';
import type { FieldState } from '@angular/forms/signals';

/** The first thing that is wrong with a field, in words: `{{ form.email() | fieldError }}`. Impure: it reads signals. */
@Pipe({ name: 'fieldError', pure: false })
export class FieldErrorPipe implements PipeTransform {
  transform(field: Pick<FieldState<unknown>, 'errors'>): string {
    return field.errors()[0]?.message ?? '';
  }
}
