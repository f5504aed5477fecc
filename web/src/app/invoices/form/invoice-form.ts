import { ChangeDetectionStrategy, Component, computed, ElementRef, inject, signal } from '@angular/core';
import { FormField, FormRoot, form, submit } from '@angular/forms/signals';
import { MatButtonModule } from '@angular/material/button';
import { MatCardModule } from '@angular/material/card';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';
import { RouterLink } from '@angular/router';
import { Store } from '@ngrx/store';
import { filter, firstValueFrom } from 'rxjs';
import { NOW } from '../../api/now.ts';
import { authFeature } from '../../auth/state/auth.feature.ts';
import { addDays, dateIn, isCalendarDate } from '../../dates/calendar.ts';
import { draftOf, isSameText } from '../../forms/draft.ts';
import { FieldErrorPipe } from '../../forms/field-error.pipe.ts';
import { FormProblem } from '../../forms/form-problem.ts';
import { type FieldAt, focusFirstError, type SubmissionErrors, serverErrors } from '../../forms/server-errors.ts';
import { LOCALE } from '../../i18n/locale.ts';
import { currencyChoices } from '../../money/currency.ts';
import { MoneyPipe } from '../../money/money.pipe.ts';
import { amountForInput } from '../../money/parse.ts';
import { Button } from '../../ui/button.ts';
import { Icon } from '../../ui/icon/icon.ts';
import { PageHeader } from '../../ui/page-header.ts';
import { InvoicesPageActions } from '../state/invoices.actions.ts';
import { invoicesFeature } from '../state/invoices.feature.ts';
import { emptyLine, type InvoiceText, invoiceOf, liveTotals } from './invoice-model.ts';
import { fieldOfRequest } from './invoice-request-fields.ts';
import { invoiceSchema, mostLines } from './invoice-schema.ts';

const usualTermDays = 30;

@Component({
  selector: 'ff-invoice-form',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [
    Button,
    FieldErrorPipe,
    FormField,
    FormProblem,
    FormRoot,
    Icon,
    MatButtonModule,
    MatCardModule,
    MatFormFieldModule,
    MatInput,
    MoneyPipe,
    PageHeader,
    RouterLink,
  ],
  templateUrl: './invoice-form.html',
  styleUrl: './invoice-form.scss',
})
export class InvoiceForm {
  private readonly store = inject(Store);
  private readonly locale = inject(LOCALE);
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef);
  private readonly creation$ = this.store.select(invoicesFeature.selectCreation);
  private readonly timeZone = this.store.selectSignal(authFeature.selectTimeZone);
  private readonly today = dateIn(this.timeZone(), new Date(inject(NOW)()));

  protected readonly creation = this.store.selectSignal(invoicesFeature.selectCreation);
  protected readonly canOperate = this.store.selectSignal(authFeature.selectCanOperate);
  protected readonly currencies = currencyChoices(this.locale);
  protected readonly terms = [14, 30, 60];
  /** Which of the two buttons is at work. */
  protected readonly issuing = signal(false);

  private readonly blank: InvoiceText = {
    client: '',
    clientEmail: '',
    number: '',
    issueDate: this.today,
    dueDate: addDays(this.today, usualTermDays),
    currencyCode: this.store.selectSignal(authFeature.selectCurrencyCode)(),
    notes: '',
    lines: [emptyLine()],
  };
  private readonly draft = draftOf(
    'new invoice',
    this.blank,
    (text) => this.creation().done !== null || isSameText(text, this.blank),
  );
  private readonly text = this.draft.text;
  protected readonly form = form(this.text, invoiceSchema(this.locale), {
    submission: { action: () => this.create(false), onInvalid: () => focusFirstError(this.form) },
  });
  protected readonly fieldAt: FieldAt = (path) => fieldOfRequest(this.form, path);
  protected readonly linesFull = computed(() => this.text().lines.length >= mostLines);
  protected readonly totals = computed(() => liveTotals(this.text(), this.locale));
  protected readonly pricePlaceholder = computed(() => amountForInput(0n, this.text().currencyCode, this.locale));

  constructor() {
    this.store.dispatch(InvoicesPageActions.formOpened());
  }

  protected money(amountMinor: bigint | undefined) {
    return { currencyCode: this.text().currencyCode, amountMinor: amountMinor ?? 0n };
  }

  protected due(days: number): void {
    const from = this.text().issueDate;
    if (isCalendarDate(from)) this.form.dueDate().value.set(addDays(from, days));
  }

  protected addLine(): void {
    // The next line is mostly taxed like the last.
    const line = emptyLine(this.text().lines.at(-1)?.taxRate);
    this.text.update((text) => ({ ...text, lines: [...text.lines, line] }));
    this.focusLine(this.text().lines.length - 1);
  }

  protected removeLine(index: number): void {
    this.text.update((text) => ({ ...text, lines: text.lines.filter((_, i) => i !== index) }));
    this.focusLine(Math.min(index, this.text().lines.length - 1));
  }

  protected issue(): void {
    void submit(this.form, { action: () => this.create(true), onInvalid: () => focusFirstError(this.form) });
  }

  // The line is drawn in the next frame at the earliest.
  private focusLine(index: number): void {
    requestAnimationFrame(() => {
      this.host.nativeElement.querySelectorAll<HTMLElement>('[data-line-description]')[index]?.focus();
    });
  }

  private async create(issue: boolean): Promise<SubmissionErrors> {
    this.issuing.set(issue);
    const requestId = this.draft.intent.attempt(this.creation().problem);
    const invoice = invoiceOf(this.text(), this.locale);
    this.store.dispatch(InvoicesPageActions.creationSubmitted({ invoice, issue, requestId }));
    const { problem } = await firstValueFrom(this.creation$.pipe(filter(({ pending }) => !pending)));
    return serverErrors(problem, this.form, this.fieldAt);
  }
}
