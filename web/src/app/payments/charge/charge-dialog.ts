import {
  ChangeDetectionStrategy,
  Component,
  computed,
  ElementRef,
  effect,
  inject,
  signal,
  viewChild,
} from '@angular/core';
import { FormField, FormRoot, form, maxLength, validate } from '@angular/forms/signals';
import { MatButtonModule } from '@angular/material/button';
import { MAT_DIALOG_DATA, MatDialogModule } from '@angular/material/dialog';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';
import { RouterLink } from '@angular/router';
import type { Invoice } from '@finflow/proto/finflow/accounting/v1/invoice_pb';
import { Store } from '@ngrx/store';
import { filter, firstValueFrom } from 'rxjs';
import { Intent } from '../../api/intent.ts';
import { authFeature } from '../../auth/state/auth.feature.ts';
import { FieldErrorPipe } from '../../forms/field-error.pipe.ts';
import { FormProblem } from '../../forms/form-problem.ts';
import { type FieldAt, focusFirstError, type SubmissionErrors, serverErrors } from '../../forms/server-errors.ts';
import { amountProblem } from '../../forms/validators.ts';
import { LOCALE } from '../../i18n/locale.ts';
import { currencyChoices } from '../../money/currency.ts';
import { formatMoney, type MoneyValue } from '../../money/format.ts';
import { MoneyPipe } from '../../money/money.pipe.ts';
import { amountForInput, parseAmount } from '../../money/parse.ts';
import { Button } from '../../ui/button.ts';
import { Dialogs, type SendingDialog } from '../../ui/dialogs.ts';
import { Icon } from '../../ui/icon/icon.ts';
import { ProblemPanel } from '../../ui/problem-panel.ts';
import { Skeleton } from '../../ui/skeleton.ts';
import { cardAmountProblem } from '../card-amount.ts';
import { isUndecided, showCard } from '../payment.ts';
import { PaymentsPageActions } from '../state/payments.actions.ts';
import { paymentsFeature } from '../state/payments.feature.ts';
import { TestCards } from './test-cards.ts';

// Refusals that stay, whatever card comes next.
const unpayable = new Set(['INVOICE_ALREADY_PAID', 'INVOICE_NOT_FOUND', 'INVOICE_NOT_PAYABLE']);

/** Takes a card payment, for an invoice or on its own. A declined card may be followed by another one. */
@Component({
  selector: 'ff-charge-dialog',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [
    Button,
    FieldErrorPipe,
    FormField,
    FormProblem,
    FormRoot,
    Icon,
    MatButtonModule,
    MatDialogModule,
    MatFormFieldModule,
    MatInput,
    MoneyPipe,
    ProblemPanel,
    RouterLink,
    Skeleton,
    TestCards,
  ],
  templateUrl: './charge-dialog.html',
  styleUrl: './charge-dialog.scss',
})
export class ChargeDialog implements SendingDialog {
  private readonly store = inject(Store);
  private readonly locale = inject(LOCALE);
  private readonly dialogs = inject(Dialogs);
  private readonly intent = new Intent();
  private readonly charge$ = this.store.select(paymentsFeature.selectCharge);
  private readonly ownCurrency = this.store.selectSignal(authFeature.selectCurrencyCode);

  protected readonly invoice = inject<Invoice | null>(MAT_DIALOG_DATA);
  protected readonly charge = this.store.selectSignal(paymentsFeature.selectCharge);
  protected readonly config = this.store.selectSignal(paymentsFeature.selectConfig);
  readonly sending = computed(() => this.charge().pending);
  protected readonly sources = computed(() => this.config().data?.testSources ?? []);
  protected readonly currencies = currencyChoices(this.locale);
  protected readonly showCard = showCard;
  protected readonly undecided = computed(() => {
    const { done } = this.charge();
    return done !== null && isUndecided(done);
  });

  /** Whether the last refusal was of the card, so that another one may help. */
  protected readonly cardRefused = computed(() => {
    const { declined } = this.charge();
    return declined !== null && !declined.failureCode.startsWith('amount_');
  });

  /** Whether the invoice cannot be paid any more, so that another attempt is pointless. */
  protected readonly over = computed(() => unpayable.has(this.charge().problem?.reason ?? ''));

  private readonly currencyCode = this.invoice?.amountDue?.currencyCode || this.ownCurrency();
  protected readonly form = form(
    signal({
      amount: this.invoice
        ? amountForInput(this.invoice.amountDue?.amountMinor ?? 0n, this.currencyCode, this.locale)
        : '',
      currencyCode: this.currencyCode,
      description: '',
      source: '',
    }),
    (path) => {
      validate(path.amount, ({ value, valueOf: of }) => {
        const message = amountProblem(value(), of(path.currencyCode), this.locale) ?? this.stepProblem();
        return message ? { kind: 'amount', message } : undefined;
      });
      maxLength(path.description, 500, { message: 'Use at most 500 characters.' });
      validate(path.source, ({ value }) => (value() ? undefined : { kind: 'required', message: 'Choose a card.' }));
    },
    { submission: { action: () => this.submit(), onInvalid: () => focusFirstError(this.form) } },
  );
  protected readonly fieldAt: FieldAt = (path) => {
    if (path.startsWith('amount')) return this.form.amount;
    // Of an invoice's payment the description is ours, not the person's.
    if (path === 'description' && !this.invoice) return this.form.description;
    return path === 'source' ? this.form.source : undefined;
  };

  /** What the amount is above what is open of the invoice; null when it is not. */
  protected readonly excess = computed(() => {
    const due = this.invoice?.amountDue;
    const amount = this.amount();
    if (!due || !amount || amount.amountMinor <= due.amountMinor) return null;
    return formatMoney({ ...amount, amountMinor: amount.amountMinor - due.amountMinor }, this.locale);
  });

  /** Why cards do not take this very amount: said before the field is left, because it may be as it came. */
  protected readonly stepProblem = computed(() => {
    const amount = this.amount();
    return amount ? cardAmountProblem(amount, this.locale) : undefined;
  });

  protected readonly openHint = computed(() => {
    const due = this.invoice?.amountDue;
    const open = due ? formatMoney(due, this.locale) : '';
    const excess = this.excess();
    return excess
      ? `${excess} more than the ${open} that is open; the excess becomes a customer credit.`
      : `${open} is open`;
  });

  private readonly outcome = viewChild<unknown, ElementRef<HTMLElement>>('outcome', { read: ElementRef });

  constructor() {
    this.open();
    // The button that had the focus is gone with the form.
    effect(() => this.outcome()?.nativeElement.focus());
    effect(() => {
      const first = this.sources()[0];
      if (first && !this.form.source().value()) this.form.source().value.set(first.source);
    });
  }

  protected open(): void {
    this.store.dispatch(PaymentsPageActions.chargeOpened());
  }

  private amount(): MoneyValue | null {
    const { amount, currencyCode } = this.form().value();
    const parsed = parseAmount(amount, currencyCode, this.locale);
    return 'problem' in parsed ? null : { currencyCode, amountMinor: parsed.value };
  }

  private async submit(): Promise<SubmissionErrors> {
    const { description, source } = this.form().value();
    const amount = this.amount();
    if (!amount || !(await this.agreesToExcess(amount))) return [];
    // A decline was an answer: the next card is another payment.
    if (this.charge().declined) this.intent.renew();
    const requestId = this.intent.attempt(this.charge().problem);
    const invoiceId = this.invoice?.id ?? '';
    const charge = {
      amount,
      source,
      invoiceId,
      description: this.invoice ? `Invoice ${this.invoice.number}` : description.trim(),
    };
    this.store.dispatch(PaymentsPageActions.chargeSubmitted({ charge, requestId }));
    const { problem } = await firstValueFrom(this.charge$.pipe(filter(({ pending }) => !pending)));
    return serverErrors(problem, this.form, this.fieldAt);
  }

  private async agreesToExcess(amount: MoneyValue): Promise<boolean> {
    const excess = this.excess();
    if (!excess) return true;
    return this.dialogs.confirm({
      heading: `Charge ${formatMoney(amount, this.locale)}?`,
      text: `This is ${excess} more than is open of the invoice. The excess becomes a customer credit.`,
      yes: 'Charge it all',
      no: 'Change the amount',
    });
  }
}
