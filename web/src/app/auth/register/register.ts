import { ChangeDetectionStrategy, Component, computed, inject, signal } from '@angular/core';
import { type FieldTree, FormField, FormRoot, form, maxLength } from '@angular/forms/signals';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';
import { RouterLink } from '@angular/router';
import { Store } from '@ngrx/store';
import { filter, firstValueFrom } from 'rxjs';
import { Intent } from '../../api/intent.ts';
import { browserZone } from '../../dates/calendar.ts';
import { timeZones } from '../../dates/time-zones.ts';
import { FieldErrorPipe } from '../../forms/field-error.pipe.ts';
import { FormProblem } from '../../forms/form-problem.ts';
import { type FieldAt, focusFirstError, type SubmissionErrors, serverErrors } from '../../forms/server-errors.ts';
import { emailAddress, newPassword } from '../../forms/validators.ts';
import { LOCALE } from '../../i18n/locale.ts';
import { currencyChoices } from '../../money/currency.ts';
import { Button } from '../../ui/button.ts';
import { AuthLayout } from '../layout/auth-layout.ts';
import { PasswordField } from '../password-field.ts';
import { AuthPageActions } from '../state/auth.actions.ts';
import { authFeature } from '../state/auth.feature.ts';

@Component({
  selector: 'ff-register',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [
    AuthLayout,
    Button,
    FieldErrorPipe,
    FormField,
    FormProblem,
    FormRoot,
    MatFormFieldModule,
    MatInput,
    PasswordField,
    RouterLink,
  ],
  templateUrl: './register.html',
  styleUrl: '../auth-form.scss',
})
export class Register {
  private readonly store = inject(Store);
  private readonly auth$ = this.store.select(authFeature.selectAuthState);
  private readonly auth = this.store.selectSignal(authFeature.selectAuthState);
  private readonly intent = new Intent();

  protected readonly currencies = currencyChoices(inject(LOCALE));
  protected readonly timeZones = timeZones();
  protected readonly problem = computed(() => this.auth().problem);
  protected readonly pending = computed(() => this.auth().pending !== null);

  protected readonly form = form(
    signal({
      organizationName: '',
      email: '',
      password: '',
      currencyCode: 'USD',
      timeZone: browserZone(),
    }),
    (path) => {
      maxLength(path.organizationName, 120, { message: 'Use at most 120 characters.' });
      emailAddress(path.email);
      newPassword(path.password);
    },
    { submission: { action: () => this.submit(), onInvalid: () => focusFirstError(this.form) } },
  );
  private readonly fields: Record<string, FieldTree<string>> = {
    organization_name: this.form.organizationName,
    email: this.form.email,
    password: this.form.password,
    currency_code: this.form.currencyCode,
    time_zone: this.form.timeZone,
  };
  protected readonly fieldAt: FieldAt = (path) => this.fields[path];

  constructor() {
    this.store.dispatch(AuthPageActions.opened());
  }

  private async submit(): Promise<SubmissionErrors> {
    const { organizationName, ...rest } = this.form().value();
    const registration = { ...rest, organizationName: organizationName.trim() };
    const requestId = this.intent.attempt(this.problem());
    this.store.dispatch(AuthPageActions.registrationSubmitted({ registration, requestId }));
    const { problem } = await firstValueFrom(this.auth$.pipe(filter(({ pending }) => pending === null)));
    return serverErrors(problem, this.form, this.fieldAt);
  }
}
