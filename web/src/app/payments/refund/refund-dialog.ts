import { ChangeDetectionStrategy, Component, computed, effect, inject, signal } from '@angular/core';
import { FormField, FormRoot, form, maxLength, validate } from '@angular/forms/signals';
import { MatButton } from '@angular/material/button';
import { MAT_DIALOG_DATA, MatDialogModule, MatDialogRef } from '@angular/material/dialog';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';
import { type Payment, RefundStatus } from '@finflow/proto/finflow/payments/v1/payment_pb';
import { Store } from '@ngrx/store';
import { filter, firstValueFrom } from 'rxjs';
import { Intent } from '../../api/intent.ts';
import { FieldErrorPipe } from '../../forms/field-error.pipe.ts';
import { FormProblem } from '../../forms/form-problem.ts';
import { type FieldAt, focusFirstError, type SubmissionErrors, serverErrors } from '../../forms/server-errors.ts';
import { amountProblem } from '../../forms/validators.ts';
import { LOCALE } from '../../i18n/locale.ts';
import { formatMoney, type MoneyValue } from '../../money/format.ts';
import { amountForInput, parseAmount } from '../../money/parse.ts';
import { Button } from '../../ui/button.ts';
import type { SendingDialog } from '../../ui/dialogs.ts';
import { cardAmountProblem } from '../card-amount.ts';
import { refundableMinor } from '../payment.ts';
import { PaymentsPageActions } from '../state/payments.actions.ts';
import { paymentsFeature } from '../state/payments.feature.ts';

/** Gives back a payment, all that is left of it or a part. */
@Component({
  selector: 'ff-refund-dialog',
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
  templateUrl: './refund-dialog.html',
  styles: `
    mat-dialog-content {
      display: grid;
      gap: var(--ff-space-3);
    }

    mat-form-field {
      margin-block-start: var(--ff-space-2);
    }

    .figure {
      font-variant-numeric: tabular-nums;
    }
  `,
})
export class RefundDialog implements SendingDialog {
  private readonly store = inject(Store);
  private readonly locale = inject(LOCALE);
  private readonly intent = new Intent();
  private readonly refund$ = this.store.select(paymentsFeature.selectRefund);
  private readonly payment = inject<Payment>(MAT_DIALOG_DATA);

  protected readonly refund = this.store.selectSignal(paymentsFeature.selectRefund);
  readonly sending = computed(() => this.refund().pending);
  protected readonly currencyCode = this.payment.amount?.currencyCode ?? '';
  private readonly leftMinor = refundableMinor(this.payment);
  protected readonly left = formatMoney({ currencyCode: this.currencyCode, amountMinor: this.leftMinor }, this.locale);

  protected readonly form = form(
    signal({ amount: amountForInput(this.leftMinor, this.currencyCode, this.locale), reason: '' }),
    (path) => {
      validate(path.amount, ({ value }) => {
        const limits = { most: this.leftMinor, mostMessage: `At most ${this.left} is left to refund.` };
        const message = amountProblem(value(), this.currencyCode, this.locale, limits) ?? this.stepProblem();
        return message ? { kind: 'amount', message } : undefined;
      });
      maxLength(path.reason, 500, { message: 'Use at most 500 characters.' });
    },
    { submission: { action: () => this.submit(), onInvalid: () => focusFirstError(this.form) } },
  );
  protected readonly fieldAt: FieldAt = (path) => {
    if (path.startsWith('amount')) return this.form.amount;
    return path === 'reason' ? this.form.reason : undefined;
  };

  constructor() {
    this.store.dispatch(PaymentsPageActions.refundOpened());
    const ref = inject(MatDialogRef);
    effect(() => {
      const { done } = this.refund();
      if (done && done.status !== RefundStatus.FAILED) ref.close();
    });
  }

  private amount(): MoneyValue | null {
    const parsed = parseAmount(this.form.amount().value(), this.currencyCode, this.locale);
    return 'problem' in parsed ? null : { currencyCode: this.currencyCode, amountMinor: parsed.value };
  }

  private stepProblem(): string | undefined {
    const amount = this.amount();
    return amount ? cardAmountProblem(amount, this.locale) : undefined;
  }

  private async submit(): Promise<SubmissionErrors> {
    const amount = this.amount();
    if (!amount) return [];
    // A refusal by the processor was an answer: trying again is another refund.
    if (this.refund().done) this.intent.renew();
    const order = {
      paymentId: this.payment.id,
      amount,
      reason: this.form.reason().value().trim(),
    };
    const requestId = this.intent.attempt(this.refund().problem);
    this.store.dispatch(PaymentsPageActions.refundSubmitted({ order, requestId }));
    const { problem } = await firstValueFrom(this.refund$.pipe(filter(({ pending }) => !pending)));
    return serverErrors(problem, this.form, this.fieldAt);
  }
}
