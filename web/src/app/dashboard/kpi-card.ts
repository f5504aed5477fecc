import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { MatCardModule } from '@angular/material/card';
import { type Params, RouterLink } from '@angular/router';
import { LOCALE } from '../i18n/locale.ts';
import { formatMoney, formatWholeMoney, type MoneyValue } from '../money/format.ts';
import { Icon } from '../ui/icon/icon.ts';
import { type Change, plotted } from './figures.ts';

export interface KpiLink {
  readonly path: string;
  readonly query: Params;
}

const width = 100;
const height = 28;

/** One figure at a glance: what it is now, how it moved, and its course. */
@Component({
  selector: 'ff-kpi-card',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Icon, MatCardModule, RouterLink],
  template: `
    <mat-card appearance="outlined">
      <mat-card-content>
        <h2>{{ label() }}</h2>
        <strong class="ff-figure" [title]="exact()">{{ whole() }}</strong>
        <div class="below">
          <span class="note">
            @if (change(); as change) {
              @if (change.direction !== 'level') {
                <ff-icon [name]="change.direction === 'up' ? 'trending_up' : 'trending_down'" />
              }
              <span class="ff-figure">{{ percent() }}</span>
            }
            @if (link(); as link) {
              <a [routerLink]="link.path" [queryParams]="link.query">{{ note() }}</a>
            } @else {
              <span>{{ note() }}</span>
            }
          </span>
          @if (course(); as path) {
            <svg [attr.viewBox]="viewBox" preserveAspectRatio="none" aria-hidden="true"><path [attr.d]="path" /></svg>
          }
        </div>
      </mat-card-content>
    </mat-card>
  `,
  styles: `
    :host {
      display: block;
      min-width: 0;
    }

    mat-card {
      height: 100%;
    }

    mat-card-content {
      display: grid;
      gap: 2px;
    }

    h2 {
      color: var(--ff-muted);
      font: var(--ff-label);
    }

    strong {
      overflow: hidden;
      font: 600 1.625rem / 1.3 var(--ff-font);
      font-variant-numeric: tabular-nums;
      letter-spacing: -0.015em;
      text-overflow: ellipsis;
    }

    .below {
      display: flex;
      align-items: end;
      justify-content: space-between;
      gap: var(--ff-space-3);
      min-height: 28px;
    }

    .note {
      display: inline-flex;
      flex-wrap: wrap;
      align-items: center;
      gap: 0 5px;
      color: var(--ff-muted);
      font: var(--ff-small);
    }

    ff-icon {
      font-size: 0.9rem;
    }

    svg {
      flex: none;
      width: 84px;
      height: 28px;
      overflow: visible;
    }

    path {
      fill: none;
      stroke: var(--ff-accent);
      stroke-width: 1.75;
      stroke-linejoin: round;
      vector-effect: non-scaling-stroke;
    }

    @media (width < 720px) {
      strong {
        font-size: 1.25rem;
      }

      svg {
        display: none;
      }
    }
  `,
})
export class KpiCard {
  private readonly locale = inject(LOCALE);
  readonly label = input.required<string>();
  readonly value = input<MoneyValue>();
  readonly change = input<Change | null>(null);
  readonly note = input('');
  /** Where the rows behind it are. */
  readonly link = input<KpiLink>();
  /** The months' amounts, for the line. */
  readonly months = input<readonly (MoneyValue | undefined)[]>([]);

  protected readonly viewBox = `0 0 ${width} ${height}`;
  protected readonly whole = computed(() => this.formatted(formatWholeMoney));
  protected readonly exact = computed(() => this.formatted(formatMoney));
  protected readonly percent = computed(() =>
    new Intl.NumberFormat(this.locale, {
      style: 'percent',
      minimumFractionDigits: 1,
      maximumFractionDigits: 1,
      signDisplay: 'exceptZero',
    }).format((this.change()?.permille ?? 0) / 1000),
  );
  protected readonly course = computed(() => {
    const points = this.months().map(plotted);
    const [low, high] = [Math.min(...points), Math.max(...points)];
    if (points.length < 2 || low === high) return null;
    const place = (value: number, i: number) =>
      `${((i / (points.length - 1)) * width).toFixed(1)} ${(height - ((value - low) / (high - low)) * height).toFixed(1)}`;
    return `M${points.map(place).join('L')}`;
  });

  private formatted(format: (money: MoneyValue, locale: string) => string): string {
    const value = this.value();
    return value ? format(value, this.locale) : '–';
  }
}
