import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import type { ExpenseByCategory } from '@finflow/proto/finflow/analytics/v1/dashboard_pb';
import { LOCALE } from '../i18n/locale.ts';
import { formatRate, type MoneyValue } from '../money/format.ts';
import { MoneyPipe } from '../money/money.pipe.ts';

interface Row {
  readonly name: string;
  readonly amount: MoneyValue | undefined;
  readonly shareBps: number;
}

// More would be a table; the rest is added up.
const most = 7;

/** What was spent, by category, the largest first: bars with their figures, readable with and without sight. */
@Component({
  selector: 'ff-expense-breakdown',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [MoneyPipe],
  template: `
    <ul>
      @for (row of rows(); track row.name) {
        <li>
          <span class="name">{{ row.name }}</span>
          <span class="ff-figure">{{ row.amount | money: 'whole' }}</span>
          <span class="bar" aria-hidden="true"><span [style.width.%]="row.width"></span></span>
          <span class="share ff-figure">{{ row.share }}</span>
        </li>
      } @empty {
        <li class="none ff-muted">Nothing was spent in these months.</li>
      }
    </ul>
  `,
  styles: `
    ul {
      display: grid;
      gap: var(--ff-space-3);
      padding: 0;
      list-style: none;
    }

    li {
      display: grid;
      grid-template-columns: minmax(0, 1fr) auto;
      gap: 3px var(--ff-space-3);
      align-items: center;
    }

    .name {
      overflow: hidden;
      text-overflow: ellipsis;
      white-space: nowrap;
    }

    .bar {
      height: 8px;
      border-radius: 4px;
      background: var(--ff-neutral-soft);
    }

    .bar span {
      display: block;
      min-width: 4px;
      height: 100%;
      border-radius: inherit;
      background: var(--ff-chart-expense);
    }

    .share {
      min-width: 4ch;
      color: var(--ff-muted);
      font: var(--ff-small);
      text-align: end;
    }

    .none {
      display: block;
      padding-block: var(--ff-space-4);
    }
  `,
})
export class ExpenseBreakdown {
  private readonly locale = inject(LOCALE);
  readonly categories = input.required<readonly ExpenseByCategory[]>();

  protected readonly rows = computed(() => {
    const all = this.categories();
    const shown = all.length > most ? all.slice(0, most - 1) : all;
    const rest = all.slice(shown.length);
    const rows = shown.map(({ category, amount, shareBps }): Row => ({ name: category, amount, shareBps }));
    if (rest.length > 0) {
      const currencyCode = rest[0]?.amount?.currencyCode ?? '';
      const amountMinor = rest.reduce((sum, { amount }) => sum + (amount?.amountMinor ?? 0n), 0n);
      const shareBps = rest.reduce((sum, row) => sum + row.shareBps, 0);
      rows.push({ name: `${rest.length} others`, amount: { currencyCode, amountMinor }, shareBps });
    }
    const widest = Math.max(1, ...rows.map(({ shareBps }) => shareBps));
    return rows.map(({ shareBps, ...row }) => ({
      ...row,
      width: (shareBps / widest) * 100,
      share: formatRate(Math.round(shareBps / 100) * 100, this.locale),
    }));
  });
}
