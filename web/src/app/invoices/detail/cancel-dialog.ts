import { ChangeDetectionStrategy, Component, computed, effect, inject, signal } from '@angular/core';
import { FormField, FormRoot, form, maxLength } from '@angular/forms/signals';
import { MatButton } from '@angular/material/button';
import { MAT_DIALOG_DATA, MatDialogModule, MatDialogRef } from '@angular/material/dialog';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';
import { type Invoice, InvoiceStatus } from '@finflow/proto/finflow/accounting/v1/invoice_pb';
import { Store } from '@ngrx/store';
import { filter, firstValueFrom } from 'rxjs';
import { Intent } from '../../api/intent.ts';
import { FieldErrorPipe } from '../../forms/field-error.pipe.ts';
import { FormProblem } from '../../forms/form-problem.ts';
import { type FieldAt, focusFirstError, type SubmissionErrors, serverErrors } from '../../forms/server-errors.ts';
import { Button } from '../../ui/button.ts';
import type { SendingDialog } from '../../ui/dialogs.ts';
import { InvoicesPageActions } from '../state/invoices.actions.ts';
import { invoicesFeature } from '../state/invoices.feature.ts';

/** Asks before an invoice is cancelled, and why. */
@Component({
  selector: 'ff-cancel-dialog',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [
    Button,
    FieldErrorPipe,
    FormField,
    FormProblem,
    FormRoot,
    MatButton,
    MatDialogModule,
    MatFormFieldModule,
    MatInput,
  ],
  template: `
    <h2 mat-dialog-title>{{ draft ? 'Discard draft' : 'Cancel invoice' }} {{ invoice.number }}?</h2>
    <form [formRoot]="form">
      <mat-dialog-content>
        <ff-form-problem [problem]="cancellation().problem" [fieldAt]="fieldAt" />
        <p>
          @if (draft) {
            It stays in the list as cancelled and can no longer be issued.
          } @else {
            Its entry in the books is reversed, and no payment can be taken for it any more. This cannot be undone.
          }
        </p>
        <mat-form-field appearance="outline">
          <mat-label>Reason</mat-label>
          <input matInput autocomplete="off" [formField]="form.reason" />
          <mat-hint>Optional; kept on the invoice</mat-hint>
          <mat-error>{{ form.reason() | fieldError }}</mat-error>
        </mat-form-field>
      </mat-dialog-content>
      <mat-dialog-actions align="end">
        <button matButton type="button" mat-dialog-close [disabled]="sending()">Keep it</button>
        <ff-button type="submit" danger [busy]="sending()">
          {{ draft ? 'Discard draft' : 'Cancel invoice' }}
        </ff-button>
      </mat-dialog-actions>
    </form>
  `,
  styles: `
    mat-dialog-content {
      display: grid;
      gap: var(--ff-space-4);
    }
  `,
})
export class CancelDialog implements SendingDialog {
  private readonly store = inject(Store);
  private readonly intent = new Intent();
  protected readonly invoice = inject<Invoice>(MAT_DIALOG_DATA);
  protected readonly draft = this.invoice.status === InvoiceStatus.DRAFT;
  private readonly cancellation$ = this.store.select(invoicesFeature.selectCancellation);
  protected readonly cancellation = this.store.selectSignal(invoicesFeature.selectCancellation);
  readonly sending = computed(() => this.cancellation().pending);
  protected readonly form = form(
    signal({ reason: '' }),
    (path) => maxLength(path.reason, 500, { message: 'Use at most 500 characters.' }),
    { submission: { action: () => this.confirm(), onInvalid: () => focusFirstError(this.form) } },
  );
  protected readonly fieldAt: FieldAt = (path) => (path === 'reason' ? this.form.reason : undefined);

  constructor() {
    this.store.dispatch(InvoicesPageActions.cancellationOpened());
    const ref = inject(MatDialogRef);
    const open = this.store.selectSignal(invoicesFeature.selectOpen);
    effect(() => {
      if (open().data?.status === InvoiceStatus.CANCELLED) ref.close();
    });
  }

  private async confirm(): Promise<SubmissionErrors> {
    const requestId = this.intent.attempt(this.cancellation().problem);
    const reason = this.form.reason().value().trim();
    this.store.dispatch(InvoicesPageActions.cancellationConfirmed({ id: this.invoice.id, reason, requestId }));
    const { problem } = await firstValueFrom(this.cancellation$.pipe(filter(({ pending }) => !pending)));
    return serverErrors(problem, this.form, this.fieldAt);
  }
}
