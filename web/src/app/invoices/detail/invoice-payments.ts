import { ChangeDetectionStrategy, Component, input, output } from '@angular/core';
import { MatCardModule } from '@angular/material/card';
import { RouterLink } from '@angular/router';
import type { Payment } from '@finflow/proto/finflow/payments/v1/payment_pb';
import { InstantPipe } from '../../dates/date.pipes.ts';
import { MoneyPipe } from '../../money/money.pipe.ts';
import { showCard, showPaymentStatus } from '../../payments/payment.ts';
import type { Remote } from '../../state/remote.ts';
import { ProblemPanel } from '../../ui/problem-panel.ts';
import { Skeleton } from '../../ui/skeleton.ts';
import { StatusChip } from '../../ui/status-chip.ts';

/** The payments taken for an invoice, declined ones too. */
@Component({
  selector: 'ff-invoice-payments',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [InstantPipe, MatCardModule, MoneyPipe, ProblemPanel, RouterLink, Skeleton, StatusChip],
  template: `
    <mat-card appearance="outlined">
      <mat-card-content>
        <h2>Payments</h2>
        @if (payments().problem; as problem) {
          <ff-problem [problem]="problem" retryable (retry)="retry.emit()" />
        } @else if (payments().data; as list) {
          <ul>
            @for (payment of list; track payment.id) {
              @let status = showStatus(payment.status);
              <li>
                <a [routerLink]="['/payments', payment.id]">{{ showCard(payment) || 'Card' }}</a>
                <span class="ff-figure">{{ payment.amount | money }}</span>
                <span class="ff-small ff-muted">{{ payment.createdAt | instant }}</span>
                <ff-status [tone]="status.tone">{{ status.label }}</ff-status>
              </li>
            } @empty {
              <li class="none ff-muted">None yet.</li>
            }
          </ul>
        } @else {
          <ff-skeleton height="44px" />
        }
      </mat-card-content>
    </mat-card>
  `,
  styles: `
    h2 {
      margin-block-end: var(--ff-space-2);
    }

    ul {
      padding: 0;
      list-style: none;
    }

    li {
      display: grid;
      grid-template-columns: minmax(0, 1fr) auto;
      gap: 2px var(--ff-space-3);
      align-items: center;
      padding-block: var(--ff-space-3);
      border-block-start: 1px solid var(--ff-line);
    }

    li > :nth-child(2n) {
      justify-self: end;
    }

    .none {
      padding-block: var(--ff-space-1) 0;
      border: 0;
    }
  `,
})
export class InvoicePayments {
  readonly payments = input.required<Remote<Payment[]>>();
  readonly retry = output<void>();
  protected readonly showStatus = showPaymentStatus;
  protected readonly showCard = showCard;
}
