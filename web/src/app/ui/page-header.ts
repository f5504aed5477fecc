import { ChangeDetectionStrategy, Component, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import { Icon } from './icon/icon.ts';

/** The top of a page: its name, the way back up, and (projected) a line below the name and the page's actions. */
@Component({
  selector: 'ff-page-header',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Icon, RouterLink],
  template: `
    @if (backTo(); as link) {
      <a class="back" [routerLink]="link"><ff-icon name="arrow_back" />{{ backLabel() }}</a>
    }
    <div class="line">
      <div class="name">
        <h1>{{ heading() }}</h1>
        <ng-content select="[beside]" />
      </div>
      <div class="actions"><ng-content select="[action]" /></div>
    </div>
    <ng-content />
  `,
  styles: `
    :host {
      display: grid;
      gap: var(--ff-space-1);
      margin-block-end: var(--ff-space-6);
    }

    .back {
      display: inline-flex;
      align-items: center;
      justify-self: start;
      gap: var(--ff-space-1);
      padding-block: var(--ff-space-1);
      color: var(--ff-muted);
      font: var(--ff-label);
      text-decoration: none;
    }

    .back:hover {
      color: var(--ff-ink);
    }

    .line {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      justify-content: space-between;
      gap: var(--ff-space-3) var(--ff-space-4);
      min-height: 40px;
    }

    .name {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: var(--ff-space-2) var(--ff-space-3);
      min-width: 0;
    }

    h1 {
      overflow-wrap: anywhere;
    }

    .actions {
      display: flex;
      flex-wrap: wrap;
      gap: var(--ff-space-2);
    }

    .actions:empty {
      display: none;
    }
  `,
})
export class PageHeader {
  readonly heading = input.required<string>();
  readonly backTo = input<string>();
  readonly backLabel = input('');
}
