import { ChangeDetectionStrategy, Component } from '@angular/core';
import { Skeleton } from '../ui/skeleton.ts';

/** A list that is loading for the first time. */
@Component({
  selector: 'ff-table-skeleton',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Skeleton],
  template: `
    <span class="ff-visually-hidden" role="status">Loading</span>
    @for (width of widths; track $index) {
      <div><ff-skeleton [width]="width" height="14px" /><ff-skeleton width="84px" height="14px" /></div>
    }
  `,
  styles: `
    div {
      display: flex;
      align-items: center;
      justify-content: space-between;
      gap: var(--ff-space-8);
      height: 53px;
      padding-inline: var(--ff-space-4);
      border-block-end: 1px solid var(--ff-line);
    }

    div:last-child {
      border-block-end: 0;
    }
  `,
})
export class TableSkeleton {
  protected readonly widths = ['46%', '38%', '52%', '41%', '34%', '48%', '44%', '37%'];
}
