import { ChangeDetectionStrategy, Component, computed, inject, signal } from '@angular/core';
import { disabled, FormField, FormRoot, form } from '@angular/forms/signals';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';
import { Store } from '@ngrx/store';
import { filter, firstValueFrom } from 'rxjs';
import { AuthPageActions } from '../auth/state/auth.actions.ts';
import { authFeature } from '../auth/state/auth.feature.ts';
import { timeZones } from '../dates/time-zones.ts';
import { draftOf, isSameText } from '../forms/draft.ts';
import { FieldErrorPipe } from '../forms/field-error.pipe.ts';
import { FormProblem } from '../forms/form-problem.ts';
import { type FieldAt, focusFirstError, type SubmissionErrors, serverErrors } from '../forms/server-errors.ts';
import { requiredText } from '../forms/validators.ts';
import { Button } from '../ui/button.ts';

/** Name and time zone of the organization, for those who may change them; the others read them. */
@Component({
  selector: 'ff-organization-form',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Button, FieldErrorPipe, FormField, FormProblem, FormRoot, MatFormFieldModule, MatInput],
  templateUrl: './organization-form.html',
  styles: `
    form {
      display: grid;
      gap: var(--ff-space-3);
      justify-items: start;
    }

    mat-form-field,
    ff-form-problem {
      width: 100%;
    }
  `,
})
export class OrganizationForm {
  private readonly store = inject(Store);
  private readonly auth$ = this.store.select(authFeature.selectAuthState);
  private readonly auth = this.store.selectSignal(authFeature.selectAuthState);
  private readonly organization = this.store.selectSignal(authFeature.selectOrganization);

  protected readonly canAdminister = this.store.selectSignal(authFeature.selectCanAdminister);
  protected readonly currencyCode = computed(() => this.organization()?.currencyCode ?? '');
  protected readonly problem = computed(() => this.auth().problem);
  protected readonly pending = computed(() => this.auth().pending === 'organization');
  protected readonly timeZones = timeZones();

  private readonly saved = signal({
    name: this.organization()?.name ?? '',
    timeZone: this.organization()?.timeZone ?? 'UTC',
  });
  private readonly draft = draftOf('settings', this.saved(), (text) => isSameText(text, this.saved()));
  protected readonly form = form(
    this.draft.text,
    (path) => {
      disabled(path, { when: () => !this.canAdminister() });
      requiredText(path.name, 120, 'Enter a name.');
    },
    { submission: { action: () => this.submit(), onInvalid: () => focusFirstError(this.form) } },
  );
  protected readonly fieldAt: FieldAt = (path) => {
    if (path === 'time_zone') return this.form.timeZone;
    return path === 'name' ? this.form.name : undefined;
  };

  constructor() {
    this.store.dispatch(AuthPageActions.opened());
  }

  private async submit(): Promise<SubmissionErrors> {
    const sent = this.draft.text();
    const { name, timeZone } = sent;
    const requestId = this.draft.intent.attempt(this.problem());
    this.store.dispatch(AuthPageActions.organizationSubmitted({ change: { name: name.trim(), timeZone }, requestId }));
    const { problem } = await firstValueFrom(this.auth$.pipe(filter(({ pending }) => pending === null)));
    // Neither refused nor cut off by the end of the session.
    if (!problem && this.organization()) {
      this.saved.set(sent);
      // The next change is another intent, whatever it says.
      this.draft.intent.renew();
    }
    return serverErrors(problem, this.form, this.fieldAt);
  }
}
