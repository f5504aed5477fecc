import { ChangeDetectionStrategy, Component, computed, inject, signal } from '@angular/core';
import { FormField, FormRoot, form, required } from '@angular/forms/signals';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';
import { RouterLink } from '@angular/router';
import { Store } from '@ngrx/store';
import { filter, firstValueFrom } from 'rxjs';
import { FieldErrorPipe } from '../../forms/field-error.pipe.ts';
import { FormProblem } from '../../forms/form-problem.ts';
import { type FieldAt, focusFirstError, type SubmissionErrors, serverErrors } from '../../forms/server-errors.ts';
import { emailAddress } from '../../forms/validators.ts';
import { Button } from '../../ui/button.ts';
import { AuthLayout } from '../layout/auth-layout.ts';
import { PasswordField } from '../password-field.ts';
import { AuthPageActions } from '../state/auth.actions.ts';
import { authFeature } from '../state/auth.feature.ts';

@Component({
  selector: 'ff-login',
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
  templateUrl: './login.html',
  styleUrl: '../auth-form.scss',
})
export class Login {
  private readonly store = inject(Store);
  private readonly auth$ = this.store.select(authFeature.selectAuthState);
  private readonly auth = this.store.selectSignal(authFeature.selectAuthState);

  protected readonly problem = computed(() => this.auth().problem);
  protected readonly pending = computed(() => this.auth().pending === 'signIn');
  protected readonly ended = computed(() => this.auth().ended && !this.problem());

  protected readonly form = form(
    signal({ email: '', password: '' }),
    (path) => {
      emailAddress(path.email);
      required(path.password, { message: 'Enter your password.' });
    },
    { submission: { action: () => this.submit(), onInvalid: () => focusFirstError(this.form) } },
  );
  protected readonly fieldAt: FieldAt = (path) =>
    path === 'email' || path === 'password' ? this.form[path] : undefined;

  constructor() {
    this.store.dispatch(AuthPageActions.opened());
  }

  private async submit(): Promise<SubmissionErrors> {
    this.store.dispatch(AuthPageActions.signInSubmitted(this.form().value()));
    const { problem } = await firstValueFrom(this.auth$.pipe(filter(({ pending }) => pending === null)));
    return serverErrors(problem, this.form, this.fieldAt);
  }
}
