import { ChangeDetectionStrategy, Component, input, output } from '@angular/core';
import { MatCardModule } from '@angular/material/card';
import { type JournalEntry, JournalSide } from '@finflow/proto/finflow/accounting/v1/ledger_pb';
import { CalendarDatePipe } from '../../dates/date.pipes.ts';
import { MoneyPipe } from '../../money/money.pipe.ts';
import type { Remote } from '../../state/remote.ts';
import { ProblemPanel } from '../../ui/problem-panel.ts';
import { Skeleton } from '../../ui/skeleton.ts';

/** The journal entries booked for an invoice. */
@Component({
  selector: 'ff-invoice-entries',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [CalendarDatePipe, MatCardModule, MoneyPipe, ProblemPanel, Skeleton],
  template: `
    <mat-card appearance="outlined">
      <mat-card-content>
        <h2>In the books</h2>
        @if (entries().problem; as problem) {
          <ff-problem [problem]="problem" retryable (retry)="retry.emit()" />
        } @else if (entries().data; as list) {
          @for (entry of list; track entry.id) {
            <table>
              <caption>
                {{ entry.description }}
                <span class="ff-muted">{{ entry.date | calendarDate }}</span>
              </caption>
              <thead class="ff-visually-hidden">
                <tr>
                  <th scope="col">Side</th>
                  <th scope="col">Account</th>
                  <th scope="col">Amount</th>
                </tr>
              </thead>
              <tbody>
                @for (line of entry.lines; track $index) {
                  <tr [class.credit]="line.side === credit">
                    <td class="side">
                      @if (line.side === credit) {
                        <abbr title="Credit">Cr</abbr>
                      } @else {
                        <abbr title="Debit">Dr</abbr>
                      }
                    </td>
                    <td class="account">{{ line.accountName }}</td>
                    <td class="ff-figure">{{ line.amount | money }}</td>
                  </tr>
                }
              </tbody>
            </table>
          } @empty {
            <p class="ff-muted">
              {{ draft() ? 'A draft is not in the books. Issuing books it.' : 'Nothing is booked for it yet.' }}
            </p>
          }
        } @else {
          <ff-skeleton height="72px" />
        }
      </mat-card-content>
    </mat-card>
  `,
  styles: `
    h2 {
      margin-block-end: var(--ff-space-2);
    }

    table {
      width: 100%;
      border-collapse: collapse;
      font: var(--ff-small);
    }

    table + table {
      margin-block-start: var(--ff-space-4);
    }

    caption {
      padding-block-end: var(--ff-space-1);
      font: var(--ff-label);
      text-align: start;
    }

    caption .ff-muted {
      white-space: nowrap;
    }

    td {
      padding-block: 3px;
      vertical-align: top;
    }

    .side {
      width: 30px;
      color: var(--ff-muted);
    }

    .account {
      overflow-wrap: anywhere;
    }

    .credit .account {
      padding-inline-start: var(--ff-space-3);
    }

    td:last-child {
      text-align: end;
    }

    abbr {
      text-decoration: none;
    }
  `,
})
export class InvoiceEntries {
  readonly entries = input.required<Remote<JournalEntry[]>>();
  readonly draft = input(false);
  readonly retry = output<void>();
  protected readonly credit = JournalSide.CREDIT;
}
